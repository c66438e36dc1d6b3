-- Postgres' parser by itself does not find what is written on a label: "Black/White" is a file to it, "<red and
-- blue>" a tag, a Chinese sentence one word, and which letters have capitals depends on the database. So documents
-- and queries are first written in one way, in which it can see nothing but words:
--   "Jeans W32/L34 (T-Shirt), 3,5 mm"  is  "jeans w+32-l+34 t-shirt 3.5 mm".
-- A space separates words. Inside a word, '-' stands for any signs, '+' for the place where letters meet digits or
-- letters of an unspaced script, and '.' is the decimal sign of a number.
create or replace function private.search_text(value text) returns text
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
      '[\u00ad\u034f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u061c\u0640\u064b-\u0652'
      '\u0656-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u115f\u1160'
      '\u17b4\u17b5\u180b-\u180f\u200d-\u200f\u202a-\u202e'
      '\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]',
      '', 'g'
    );
    -- Marks of law are no letters. Some letters and spaces are apostrophes to those who type them.
    if v_text ~ '[®©℗™℠\u200b\u200cʹʻʼʽˈ´᾽]' then
      v_text := translate(v_text, e'®©℗™℠\u200b\u200cʹʻʼʽˈ´᾽', '     ---------');
    end if;
    v_text := regexp_replace(v_text, '[¼-¾⅐-⅞↉]', ' \& ', 'g');
    v_text := private.fold(v_text);
  else
    v_text := lower(v_text collate pg_c_utf8);
  end if;
  if v_text !~ '[^a-z ]' then
    return v_text;
  end if;

  if octet_length(v_text) <> length(v_text) then
    if v_text ~ '[\u0622-\u06d5]' then
      -- Letters that one keyboard has where another has its own.
      v_text := translate(
        v_text,
        e'\u0623\u0625\u0622\u0671\u0649\u06cc\u06a9\u06c0\u06d5\u0629', -- alef, yeh, kaf, heh
        e'\u0627\u0627\u0627\u0627\u064a\u064a\u0643\u0647\u0647\u0647'
      );
    end if;
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
  if v_text ~ '[0-9]' then
    v_text := regexp_replace(v_text, '(?<=[0-9])(?=[^-+0-9. ])|(?<=[^-+0-9. ])(?=[0-9])', '+', 'g');
  end if;
  if octet_length(v_text) <> length(v_text) and v_text ~ ('[' || private.unspaced_letters() || ']') then
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
