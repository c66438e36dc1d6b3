create or replace function private.write_search_cursor(place jsonb) returns text
language sql immutable
set search_path = ''
as $$
  select translate(encode(convert_to(write_search_cursor.place::text, 'utf8'), 'base64'), e'+/=\n', '-_');
$$;
comment on function private.write_search_cursor(jsonb) is
  'Where a page ended, in characters that need no escape in a URL.';
