-- How words become search terms: accents and case do not matter, and English endings are cut. A frontend that searches with
-- a plain query names it: .textSearch('search', 'crème brûlée', { config: 'marketplace', type: 'websearch' }).
create text search configuration public.marketplace (copy = pg_catalog.simple);
alter text search configuration public.marketplace
  alter mapping for asciiword, asciihword, hword_asciipart, word, hword, hword_part
  with extensions.unaccent, pg_catalog.english_stem;
comment on text search configuration public.marketplace is 'Unaccented, lower-case, English stems; other languages pass through whole.';

-- A query without `config` uses the database's default, which is `english` on hosted Supabase and may be `simple` elsewhere.
-- Documents therefore carry the words in all three spellings; equal ones are stored once.
create function private.search_part(words text, weight "char") returns tsvector
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
  'What the full-text index holds of a product: its name weighs most, then the name of its category, then its description.';
