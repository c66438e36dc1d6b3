-- A query without `config` uses the database's default, which is `english` on hosted Supabase and may be `simple`
-- elsewhere. Documents therefore carry the words in all three spellings; equal ones are stored once.
create or replace function private.search_part(words text, weight "char") returns tsvector
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
  -- Also as they are written, for queries that do not go through private.search_query().
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
