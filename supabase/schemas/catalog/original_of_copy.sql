create or replace function private.original_of_copy(name text) returns text
language sql immutable
set search_path = ''
as $$ select regexp_replace(original_of_copy.name, '\.[0-9a-f]{16}\.w[0-9]+\.(webp|avif)$', ''); $$;
comment on function private.original_of_copy(text) is
  'The picture of which this is a copy by its name; the name itself if it is none.';
