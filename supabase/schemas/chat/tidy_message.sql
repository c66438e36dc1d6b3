create or replace function private.tidy_message(body text, has_attachments boolean) returns text
language plpgsql immutable
set search_path = ''
as $$
declare
  v_body text := coalesce(private.tidy_prose(tidy_message.body), '');
begin
  if length(v_body) > 4000 or (v_body = '' and not tidy_message.has_attachments) then
    raise sqlstate 'PT422' using
      message = 'A message has 1 to 4,000 characters, or files.', detail = 'invalid_message';
  end if;
  return v_body;
end;
$$;
comment on function private.tidy_message(text, boolean) is
  'What was typed, as it is stored: without control characters and signs that turn its direction around. '
  'Errors: invalid_message.';
