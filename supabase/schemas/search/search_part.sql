-- A query without `config` uses the database's default, which is `english` on hosted Supabase and may be `simple` elsewhere.
-- Documents therefore carry the words in all three spellings; equal ones are stored once.
create or replace function private.search_part(words text, weight "char") returns tsvector
language plpgsql immutable parallel safe
set search_path = ''
as $$
declare
  v_folded text := private.fold(search_part.words);
begin
  return setweight(
    to_tsvector('public.marketplace', v_folded)
    || to_tsvector('pg_catalog.simple', v_folded)
    || case
      -- Accented words once more as they are written, for queries that do not fold them.
      when v_folded = lower(search_part.words) then ''::tsvector
      else to_tsvector('pg_catalog.simple', lower(search_part.words)) || to_tsvector('pg_catalog.english', search_part.words)
    end,
    search_part.weight
  );
end;
$$;
comment on function private.search_part(text, "char") is 'Words as a document holds them: in every spelling, with one weight.';
