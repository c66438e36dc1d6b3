create or replace function private.product_words(name text) returns setof text
language sql immutable parallel safe
set search_path = ''
as $$
  select words.word
  from unnest(tsvector_to_array(to_tsvector('pg_catalog.simple', private.fold(product_words.name)))) as words (word)
  where length(words.word) between 3 and 40
    and words.word !~ '^[0-9.-]+$';
$$;
comment on function private.product_words(text) is 'The words of a name that are worth correcting typos against.';
