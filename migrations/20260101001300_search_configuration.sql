-- How words become search terms: accents and case do not matter, and English endings are cut. A frontend that searches
-- with a plain query names it: .textSearch('search', 'crème brûlée', { config: 'marketplace', type: 'websearch' }).
create text search configuration public.marketplace (copy = pg_catalog.simple);
alter text search configuration public.marketplace
  alter mapping for asciiword, asciihword, hword_asciipart, word, hword, hword_part
  with extensions.unaccent, pg_catalog.english_stem;
comment on text search configuration public.marketplace is
  'Without accents, lower case, English stems; words of other languages stay as they are.';
