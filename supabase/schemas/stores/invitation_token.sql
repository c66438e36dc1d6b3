create or replace function private.invitation_token(invitation_id uuid) returns text
language sql stable
security definer -- reads private.signing_keys, which is granted to nobody
set search_path = ''
as $$
  select encode(extensions.hmac(uuid_send(invitation_token.invitation_id), signing_keys.key, 'sha256'), 'hex')
  from private.signing_keys
  where signing_keys.name = 'store_invitations';
$$;
comment on function private.invitation_token(uuid) is
  'The secret part of an invitation link, an HMAC of the invitation''s id. Executable by no API role.';
