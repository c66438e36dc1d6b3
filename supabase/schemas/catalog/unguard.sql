create or replace function private.unguard(value text) returns text
language sql immutable
set search_path = ''
as $$
  select regexp_replace(unguard.value, '^''(?=\s*[=+@-])', '');
$$;
comment on function private.unguard(text) is 'What an export has guarded against spreadsheets (private.csv_field), as it was.';
