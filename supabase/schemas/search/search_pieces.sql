-- Beside each word a document holds: "w32", "wh1000xm5" and "tshirt" as one; "500 ml" as 500ml; 3.5; words in which
-- the parser might not see letters; and of unspaced scripts each two neighbouring characters, and the last one
-- alone.
create or replace function private.search_pieces(words text) returns tsvector
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
    -- Signs and spaces between unspaced letters are dropped: people write them or not, as they like.
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
  'What the words of private.search_text() are found by, beside themselves.';
