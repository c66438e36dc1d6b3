create or replace function private.read_unsubscribe_token(token text, out user_id uuid, out kind text)
language plpgsql stable
security definer -- checks against private.signing_keys, which is granted to nobody
set search_path = ''
as $$
declare
  v_parts text[] := regexp_match(
    read_unsubscribe_token.token, '^([0-9a-f]{32})\.([a-z][a-z_]{1,62})\.([0-9a-f]{64})$'
  );
begin
  if v_parts is null
    or private.unsubscribe_token(v_parts[1]::uuid, v_parts[2]) is distinct from read_unsubscribe_token.token
    or not exists (select from public.notification_kinds where notification_kinds.kind = v_parts[2])
  then
    raise sqlstate 'PT404' using
      message = 'This link is not whole, or not one of ours.', detail = 'unsubscribe_link_not_found',
      hint = 'Open it from the letter again.';
  end if;
  read_unsubscribe_token.user_id := v_parts[1]::uuid;
  read_unsubscribe_token.kind := v_parts[2];
end;
$$;
comment on function private.read_unsubscribe_token(text) is
  'Whom and which kind of letter a link is about. Errors: unsubscribe_link_not_found.';
