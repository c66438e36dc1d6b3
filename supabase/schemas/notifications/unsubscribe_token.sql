create or replace function private.unsubscribe_token(user_id uuid, kind text) returns text
language sql stable
security definer -- reads private.signing_keys, which is granted to nobody
set search_path = ''
as $$
  select replace(unsubscribe_token.user_id::text, '-', '') || '.' || unsubscribe_token.kind || '.' || encode(
    extensions.hmac(
      uuid_send(unsubscribe_token.user_id) || convert_to(unsubscribe_token.kind, 'UTF8'), signing_keys.key, 'sha256'
    ),
    'hex'
  )
  from private.signing_keys
  where signing_keys.name = 'unsubscribe';
$$;
comment on function private.unsubscribe_token(uuid, text) is
  'What the link in a letter carries: who, which kind, and an HMAC of both. It does not expire: a letter may be read '
  'years later. Executable by no API role.';
