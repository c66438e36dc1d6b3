create or replace function private.decode_cursor(cursor text) returns jsonb
language plpgsql immutable
set search_path = ''
as $$
begin
  return convert_from(
    decode(
      rpad(translate(decode_cursor.cursor, '-_', '+/'), (length(decode_cursor.cursor) + 3) / 4 * 4, '='), 'base64'
    ),
    'utf8'
  )::jsonb;
end;
$$;
comment on function private.decode_cursor(text) is
  'What write_search_cursor wrote, unread; an error of any kind where the text is no such thing.';
