create or replace function private.unguard(value text) returns text
language sql immutable
set search_path = ''
as $$
  select regexp_replace(unguard.value, '^''(?=\s*[=+@-])', '');
$$;
comment on function private.unguard(text) is
  'A value without the apostrophe that private.csv_field() puts in front of it.';
