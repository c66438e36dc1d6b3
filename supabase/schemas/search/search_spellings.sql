create or replace function private.search_spellings(words text, literal tsvector) returns tsvector
language plpgsql immutable parallel safe
set search_path = ''
as $$
declare
  v_written text := search_spellings.words;
  v_literal tsvector;
begin
  if v_written ~ '[a-zA-Z0-9]' then
    -- A plain English word is spelt in one way only. What may differ has a sign inside or another letter.
    v_written := array_to_string(array(
      select special.match[1]
      from regexp_matches(
        v_written, '[^ \n]*(?:[a-zA-Z0-9][^a-zA-Z0-9 \n]+[a-zA-Z0-9]|[^\u0001-\u007f])[^ \n]*', 'g'
      ) as special (match)
    ), ' ');
  end if;
  if octet_length(v_written) = length(v_written) then
    return to_tsvector('public.marketplace', v_written) || to_tsvector('pg_catalog.simple', v_written);
  end if;
  v_written := normalize(v_written, nfc);
  v_literal := to_tsvector('pg_catalog.simple', lower(v_written collate pg_c_utf8));
  if ts_lexize('pg_catalog.simple', 'Ж') <> array['ж'] then
    -- A database whose ctype knows English letters only leaves such queries their capitals.
    v_written := concat_ws(
      ' ', v_written, private.capital_spellings(v_written), private.capital_spellings(normalize(v_written, nfkc))
    );
  elsif ts_delete(v_literal, tsvector_to_array(search_spellings.literal)) = '' then
    return '';
  end if;
  return v_literal || to_tsvector('pg_catalog.english', v_written) || to_tsvector('public.marketplace', v_written);
end;
$$;
comment on function private.search_spellings(text, tsvector) is
  'Words as they are written, for queries that private.search_query() does not rewrite. `literal` is what is known '
  'of them.';
