-- How words become search terms: accents and case do not matter, and English endings are cut. A frontend that searches with
-- a plain query names it: .textSearch('search', 'crème brûlée', { config: 'marketplace', type: 'websearch' }).
create text search configuration public.marketplace (copy = pg_catalog.simple);
alter text search configuration public.marketplace
  alter mapping for asciiword, asciihword, hword_asciipart, word, hword, hword_part
  with extensions.unaccent, pg_catalog.english_stem;
comment on text search configuration public.marketplace is 'Unaccented, lower-case, English stems; other languages pass through whole.';

-- A query without `config` uses the database's default, which is `english` on hosted Supabase and may be `simple` elsewhere.
-- Documents therefore carry the words in all three spellings; equal ones are stored once.
create function private.search_document(name text, description text) returns tsvector
language plpgsql immutable parallel safe
set search_path = ''
as $$
declare
  v_name text := private.fold(search_document.name);
  v_description text := left(private.fold(search_document.description), 8000);
begin
  return
    setweight(to_tsvector('public.marketplace', v_name), 'A')
    || setweight(to_tsvector('pg_catalog.simple', v_name), 'A')
    || setweight(to_tsvector('public.marketplace', v_description), 'C')
    || setweight(to_tsvector('pg_catalog.simple', v_description), 'C')
    || case
      -- Accented words once more as they are written, for queries that do not fold them.
      when v_name = lower(search_document.name) then ''::tsvector
      else setweight(to_tsvector('pg_catalog.simple', lower(search_document.name)), 'A')
        || setweight(to_tsvector('pg_catalog.english', search_document.name), 'A')
    end;
end;
$$;
comment on function private.search_document(text, text) is 'What the full-text index holds of a product.';
grant execute on function private.search_document(text, text) to anon, authenticated, service_role;
