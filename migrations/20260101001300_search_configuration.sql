-- How words become search terms: accents and case do not matter, and English endings are cut. A frontend that searches
-- with a plain query names it: .textSearch('search', 'crème brûlée', { config: 'marketplace', type: 'websearch' }).
create text search configuration public.marketplace (copy = pg_catalog.simple);
alter text search configuration public.marketplace
  alter mapping for asciiword, asciihword, hword_asciipart, word, hword, hword_part
  with extensions.unaccent, pg_catalog.english_stem;
comment on text search configuration public.marketplace is
  'Unaccented, lower-case, English stems; other languages pass through whole.';

-- Thai, Lao, Burmese, Khmer, kana, bopomofo, Chinese characters, Yi and Hangul. Koreans do write spaces, but not between
-- the words of which a word is made.
create function private.unspaced_letters() returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return
    e'\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ece\u0edc-\u0edf\u1000-\u103f\u1050-\u108f\u109a-\u109f\u1780-\u17d3'
    '\u17d7\u17dc\u17dd\u3005-\u3007\u3031-\u3035\u303b\u3041-\u309a\u309d-\u309f\u30a1-\u30fa\u30fc-\u312f'
    '\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\ua4cf\uaa60-\uaa7f\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff';
end;
$$;
comment on function private.unspaced_letters() is
  'Letters of scripts that write no spaces between words, as the inside of [] in a pattern.';

-- Postgres' parser by itself does not find what is written on a label: "Black/White" is a file to it, "<red and blue>" a
-- tag, a Chinese sentence one word, and which letters have capitals depends on the database. So documents and queries are
-- first written in one way, in which it can see nothing but words:
--   "Jeans W32/L34 (T-Shirt), 3,5 mm"  is  "jeans w+32-l+34 t-shirt 3.5 mm".
-- A space separates words. Inside a word, '-' stands for any signs, '+' for the place where letters meet digits or letters
-- of an unspaced script, and '.' is the decimal sign of a number.
create function private.search_text(value text) returns text
language plpgsql immutable strict parallel safe
set search_path = ''
as $$
declare
  -- Arabic, Persian, Devanagari, Bengali, Gurmukhi, Gujarati, Tamil, Telugu, Kannada, Malayalam, Thai, Lao, Tibetan,
  -- Burmese, Khmer.
  c_digits constant text :=
    '٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९০১২৩৪৫৬৭৮৯੦੧੨੩੪੫੬੭੮੯૦૧૨૩૪૫૬૭૮૯௦௧௨௩௪௫௬௭௮௯౦౧౨౩౪౫౬౭౮౯'
    '೦೧೨೩೪೫೬೭೮೯൦൧൨൩൪൫൬൭൮൯๐๑๒๓๔๕๖๗๘๙໐໑໒໓໔໕໖໗໘໙༠༡༢༣༤༥༦༧༨༩၀၁၂၃၄၅၆၇၈၉០១២៣៤៥៦៧៨៩';
  v_text text := search_text.value;
begin
  if octet_length(v_text) <> length(v_text) then
    -- What nobody sees: soft hyphens, joiners, marks of direction, variants of a glyph, Arabic and Hebrew vowel points.
    v_text := regexp_replace(
      v_text,
      '[\u00ad\u034f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u061c\u0640\u064b-\u0652\u0656-\u065f'
      '\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200d-\u200f\u202a-\u202e'
      '\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]',
      '', 'g'
    );
    -- Marks of law are no letters. Some letters and spaces are apostrophes to those who type them.
    v_text := translate(v_text, e'®©℗™℠\u200b\u200cʹʻʼʽˈ´᾽', '     ---------');
    v_text := regexp_replace(v_text, '[¼-¾⅐-⅞↉]', ' \& ', 'g');
    v_text := private.fold(v_text);
  else
    v_text := lower(v_text collate pg_c_utf8);
  end if;
  if v_text !~ '[^a-z ]' then
    return v_text;
  end if;

  if octet_length(v_text) <> length(v_text) then
    -- Letters that one keyboard has where another has its own.
    v_text := translate(
      v_text,
      e'\u0623\u0625\u0622\u0671\u0649\u06cc\u06a9\u06c0\u06d5\u0629', -- alef, yeh, kaf, heh
      e'\u0627\u0627\u0627\u0627\u064a\u064a\u0643\u0647\u0647\u0647'
    );
    if v_text ~ '[٠-٩۰-۹०-९০-৯੦-੯૦-૯௦-௯౦-౯೦-೯൦-൯๐-๙໐-໙༠-༩၀-၉០-៩]' then
      v_text := translate(v_text, c_digits, repeat('0123456789', 15));
    end if;
  end if;
  if v_text ~ '[^ -~]' then
    v_text := regexp_replace(v_text collate pg_c_utf8, '[[:space:][:cntrl:]]+', ' ', 'g');
  end if;
  if v_text ~ '[0-9][^0-9a-z ][0-9]' then
    v_text := regexp_replace(v_text, '(?<=[0-9])[,''’٫٬](?=[0-9])', '.', 'g');
    -- "1/2" and "10:30" are two numbers.
    v_text := regexp_replace(v_text collate pg_c_utf8, '(?<=[0-9])(?![-.])[[:punct:]](?=[0-9])', ' ', 'g');
  end if;
  v_text := regexp_replace(v_text collate pg_c_utf8, '(?:(?!\.)[[:punct:]]|(?<![0-9])\.|\.(?![0-9]))+', '-', 'g');
  v_text := btrim(regexp_replace(v_text, '-+ [- ]*| [- ]+', ' ', 'g'), '- ');
  v_text := regexp_replace(v_text, '(?<=[0-9])(?=[^-+0-9. ])|(?<=[^-+0-9. ])(?=[0-9])', '+', 'g');
  if v_text ~ ('[' || private.unspaced_letters() || ']') then
    v_text := regexp_replace(
      v_text,
      replace('(?<=[@])(?=[^-+0-9. @])|(?<=[^-+0-9. @])(?=[@])', '@', private.unspaced_letters()),
      '+', 'g'
    );
  end if;
  return v_text;
end;
$$;
comment on function private.search_text(text) is
  'Words as search compares them, in documents as in queries: folded, one space between them; inside a word, - for '
  'signs, + where letters meet digits, and . in numbers.';

-- A vowel or tone mark goes with its consonant, and so does what is written below one: "สี" is one unit, not two.
create function private.unspaced_units(letters text) returns text[]
language plpgsql immutable parallel safe
set search_path = ''
as $$
declare
  c_marks constant text :=
    '\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u102b-\u103e\u1056-\u1059\u105e-\u1060'
    '\u1062-\u1064\u1067-\u106d\u1071-\u1074\u1082-\u108d\u109a-\u109d\u17b6-\u17d3\u17dd\u3099\u309a';
begin
  if unspaced_units.letters !~ ('[' || c_marks || ']') then
    return string_to_array(unspaced_units.letters, null);
  end if;
  return array(
    select units.match[1]
    from regexp_matches(
      -- The two signs say that the next letter is written below.
      unspaced_units.letters, '.(?:[\u1039\u17d2].|[' || c_marks || ']){0,8}', 'g'
    ) with ordinality as units (match, place)
    order by units.place
  );
end;
$$;
comment on function private.unspaced_units(text) is 'The characters of unspaced letters, as people count them.';

create function private.search_stem(word text) returns text
language plpgsql immutable strict parallel safe
set search_path = ''
as $$
begin
  return case
    when search_stem.word ~ '[^a-z]' then search_stem.word
    -- A stop word has no stem.
    else coalesce((ts_lexize('pg_catalog.english_stem', search_stem.word))[1], search_stem.word)
  end;
end;
$$;
comment on function private.search_stem(text) is 'An English word without its ending; any other as it is.';

create function private.ungrouped(number text) returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return case when ungrouped.number ~ '^[0-9]{1,3}(\.[0-9]{3})+$' then replace(ungrouped.number, '.', '') end;
end;
$$;
comment on function private.ungrouped(text) is
  '"1.000" without its dot, which may mean a thousand; null for a number that cannot.';

-- What is found beside each word: "w32", "wh1000xm5" and "tshirt" as one; "500 ml" as 500ml; 3.5; words in which the
-- parser might not see letters; and of unspaced scripts each two characters that stand side by side, the last one alone.
create function private.search_pieces(words text) returns tsvector
language plpgsql immutable parallel safe
set search_path = ''
as $$
declare
  c_max_length constant integer := 200; -- of a query, too; a lexeme has at most 2,046 bytes
  c_unspaced constant text := '[' || private.unspaced_letters() || ']';
  v_is_ascii constant boolean := octet_length(search_pieces.words) = length(search_pieces.words);
  v_has_unspaced constant boolean := not v_is_ascii and search_pieces.words ~ c_unspaced;
  v_word text;
  v_part text;
  v_atom text;
  v_before text;
  v_is_number boolean;
  v_was_number boolean;
  v_is_joined boolean;
  v_units text[] := '{}';
  v_pieces text[] := '{}'; -- appended to one by one, which is what Postgres does in place
begin
  foreach v_word in array string_to_array(search_pieces.words, ' ') loop
    if v_word ~ '[-+]' then
      foreach v_part in array string_to_array(v_word, '-') loop
        v_pieces := v_pieces || replace(v_part, '+', '');
      end loop;
      v_part := translate(v_word, '-+', '');
      v_pieces := v_pieces || v_part;
      v_pieces := v_pieces || (ts_lexize('pg_catalog.english_stem', left(v_part, c_max_length)))[1];
    end if;

    v_is_joined := false;
    foreach v_atom in array string_to_array(translate(v_word, '+', '-'), '-') loop
      v_is_number := ascii(v_atom) between 48 and 57;
      if v_is_joined or v_is_number <> v_was_number then
        v_pieces := v_pieces || (v_before || v_atom);
        if v_was_number and not v_is_number then
          v_pieces := v_pieces || (v_before || (ts_lexize('pg_catalog.english_stem', v_atom))[1]);
          if v_before like '%.%' then
            v_pieces := v_pieces || (private.ungrouped(v_before) || v_atom);
          end if;
        end if;
      end if;
      if not v_is_ascii or v_is_number and v_atom like '%.%' then
        v_pieces := v_pieces || v_atom;
        v_pieces := v_pieces || private.ungrouped(v_atom);
      end if;
      v_before := v_atom;
      v_was_number := v_is_number;
      v_is_joined := true;
    end loop;
  end loop;

  if v_has_unspaced then
    -- Read on over signs and spaces: whether there are any between two words is often a matter of taste.
    v_units := private.unspaced_units(regexp_replace(
      regexp_replace(search_pieces.words, replace('(?<=[@])[- ](?=[@])', '@', private.unspaced_letters()), '', 'g'),
      '[^' || private.unspaced_letters() || ']+', ' ', 'g'
    ));
  end if;
  return (
    select string_agg('''' || found.lexeme || ''':' || least(found.place, 16383), ' ')
    from (
      select pieces.piece, min(pieces.place)
      from unnest(v_pieces) with ordinality as pieces (piece, place)
      where length(pieces.piece) <= c_max_length
        and not (v_has_unspaced and pieces.piece ~ c_unspaced)
      group by pieces.piece
      union all
      select pairs.unit || coalesce(nullif(pairs.next, ' '), ''), pairs.place
      from unnest(v_units, v_units[2:]) with ordinality as pairs (unit, next, place)
      where pairs.unit <> ' '
    ) as found (lexeme, place)
  )::tsvector;
end;
$$;
comment on function private.search_pieces(text) is
  'What the words of private.search_text() are found by beside themselves.';

create function private.capital_spellings(words text) returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
declare
  v_lower constant text := lower(capital_spellings.words collate pg_c_utf8);
begin
  return concat_ws(' ', v_lower, upper(capital_spellings.words collate pg_c_utf8), (
    select string_agg(upper(left(given.word, 1) collate pg_c_utf8) || substr(given.word, 2), ' ')
    from string_to_table(v_lower, ' ') as given (word)
  ));
end;
$$;
comment on function private.capital_spellings(text) is
  'Words in small letters, in capitals, and with a capital at the beginning of each.';

-- A query without `config` uses the database's default, which is `english` on hosted Supabase and may be `simple`
-- elsewhere. Documents therefore carry the words in all three spellings; equal ones are stored once.
create function private.search_part(words text, weight "char") returns tsvector
language plpgsql immutable parallel safe
set search_path = ''
as $$
declare
  v_text constant text := private.search_text(search_part.words);
  v_words constant text := translate(v_text, '-+.', '   ');
  v_is_ascii constant boolean := octet_length(search_part.words) = length(search_part.words);
  v_document tsvector := to_tsvector('public.marketplace', v_words) || to_tsvector('pg_catalog.simple', v_words);
  v_more tsvector := '';
  v_written text;
begin
  if v_text ~ '[^a-z ]' then
    v_more := coalesce(private.search_pieces(v_text), '');
  end if;
  -- Once more as they are written, for queries that are not rewritten like this.
  if not v_is_ascii then
    v_written := normalize(search_part.words, nfc);
    v_more := v_more
      || to_tsvector('pg_catalog.simple', lower(v_written collate pg_c_utf8))
      || to_tsvector('pg_catalog.english', v_written)
      || to_tsvector('public.marketplace', case
        when ts_lexize('pg_catalog.simple', 'Ж') = array['ж'] then v_written
        -- A database whose ctype knows English letters only leaves such queries their capitals.
        else concat_ws(
          ' ', v_written, private.capital_spellings(v_written), private.capital_spellings(normalize(v_written, nfkc))
        )
      end);
  elsif v_text ~ '[-.]' then
    v_written := array_to_string(array(
      select compounds.match[1]
      from regexp_matches(search_part.words, '\S*[a-zA-Z0-9][^a-zA-Z0-9\s]+[a-zA-Z0-9]\S*', 'g') as compounds (match)
    ), ' ');
    v_more := v_more || to_tsvector('public.marketplace', v_written) || to_tsvector('pg_catalog.simple', v_written);
  end if;
  return setweight(v_document || ts_delete(v_more, tsvector_to_array(v_document)), search_part.weight);
end;
$$;
comment on function private.search_part(text, "char") is
  'Words as a document holds them: in every spelling, with one weight.';

create function private.search_document(name text, category text, description text) returns tsvector
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return private.search_part(search_document.name, 'A')
    || private.search_part(search_document.category, 'B')
    || private.search_part(left(search_document.description, 8000), 'C');
end;
$$;
comment on function private.search_document(text, text, text) is
  'What the full-text index holds of a product: its name weighs most, then the name of its category, then its '
  'description.';

create function private.either_lexeme(lexeme text, other text) returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return case
    when either_lexeme.other is null then format('''%s''', either_lexeme.lexeme)
    else format('(''%s'' | ''%s'')', either_lexeme.lexeme, either_lexeme.other)
  end;
end;
$$;
comment on function private.either_lexeme(text, text) is
  'One of two lexemes, or the first if there is no other, as the text of a tsquery.';

create function private.search_term(part text) returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
declare
  c_max_units constant integer := 64;
  c_unspaced constant text := '^[' || private.unspaced_letters() || ']';
  v_atoms constant text[] := string_to_array(search_term.part, '+');
  v_units text[];
  v_terms text[] := '{}';
  v_piece text;
  v_was_spaced boolean := false; -- whether the atom before is of this kind
  v_is_spaced boolean;
begin
  for number in 1 .. cardinality(v_atoms) loop
    v_is_spaced := v_atoms[number] !~ c_unspaced;
    if not v_is_spaced then
      v_units := (private.unspaced_units(v_atoms[number]))[1:c_max_units];
      if cardinality(v_units) = 1 then
        v_terms := v_terms || format('''%s'':*', v_units[1]);
      end if;
      for place in 2 .. cardinality(v_units) loop
        v_terms := v_terms || format('''%s''', v_units[place - 1] || v_units[place]);
      end loop;
    elsif v_was_spaced then
      v_piece := private.search_stem(v_atoms[number]);
      v_terms := v_terms
        || private.either_lexeme(v_atoms[number - 1] || v_piece, private.ungrouped(v_atoms[number - 1]) || v_piece);
    elsif number = cardinality(v_atoms) or v_atoms[number + 1] ~ c_unspaced then
      v_terms := v_terms
        || private.either_lexeme(private.search_stem(v_atoms[number]), private.ungrouped(v_atoms[number]));
    end if;
    v_was_spaced := v_is_spaced;
  end loop;
  return array_to_string(v_terms, ' & ');
end;
$$;
comment on function private.search_term(text) is
  'What finds a part of a word of private.search_text(), as the text of a tsquery: letters and digits two by two, as a '
  'document holds them.';

create function private.search_query(value text) returns tsquery
language plpgsql immutable parallel safe
set search_path = ''
as $$
declare
  v_word text;
  v_stems text[];
  v_term text;
  v_terms text[] := '{}';
  v_stop_words text[] := '{}';
begin
  foreach v_word in array string_to_array(private.search_text(search_query.value), ' ') loop
    if v_word ~ '-' then
      -- "t-shirt" is written "T Shirt" or "Tshirt" as well.
      v_term := format(
        '((%s) | (%s))',
        (select string_agg(private.search_term(parts.part), ' & ') from string_to_table(v_word, '-') as parts (part)),
        private.search_term(replace(
          regexp_replace(v_word, '(?<=[0-9])-(?=[^0-9])|(?<=[^0-9])-(?=[0-9])', '+', 'g'), '-', ''
        ))
      );
    elsif v_word ~ '[^a-z]' then
      v_term := private.search_term(v_word);
    else
      v_stems := ts_lexize('pg_catalog.english_stem', v_word);
      v_term := format('''%s''', v_stems[1]);
      if cardinality(v_stems) = 0 then
        v_stop_words := v_stop_words || format('''%s''', v_word);
        continue;
      end if;
    end if;
    v_terms := v_terms || v_term;
  end loop;
  -- Nothing but stop words: they are taken literally.
  return nullif(array_to_string(case when v_terms = '{}' then v_stop_words else v_terms end, ' & '), '')::tsquery;
end;
$$;
comment on function private.search_query(text) is
  'What finds all of these words in a document of private.search_document(). Null if there are none.';
