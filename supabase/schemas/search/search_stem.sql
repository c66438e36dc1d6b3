create or replace function private.search_stem(word text) returns text
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
comment on function private.search_stem(text) is
  'An English word without its ending; any other word as it is.';
