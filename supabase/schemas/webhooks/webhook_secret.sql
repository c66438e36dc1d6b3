-- The secret is not stored but computed: see the table.
create or replace function private.webhook_secret(endpoint_id uuid, version integer) returns text
language sql stable
set search_path = ''
as $$
  select 'whsec_' || encode(
    extensions.hmac(
      convert_to(format('%s:%s', webhook_secret.endpoint_id, webhook_secret.version), 'UTF8'), signing_keys.key,
      'sha256'
    ),
    'base64'
  )
  from private.signing_keys
  where signing_keys.name = 'webhook_endpoints';
$$;
comment on function private.webhook_secret(uuid, integer) is
  'The secret of this version (counted from 1) that deliveries to the endpoint are signed with.';
