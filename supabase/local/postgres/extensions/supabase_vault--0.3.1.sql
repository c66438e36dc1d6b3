-- Secrets at rest, with the tables and functions of supabase_vault 0.3.
-- A secret is encrypted with a key of its own, derived from the project's key (a file beside the data, which only
-- the server reads), the row's nonce and its id: a dump holds no plain secret, and a ciphertext moved to another row
-- does not open.

create table vault.secrets (
  id uuid primary key default gen_random_uuid(),
  name text,
  description text not null default '',
  secret text not null,
  key_id uuid,
  nonce bytea not null default @extschema:pgcrypto@.gen_random_bytes(16),
  created_at timestamptz not null default current_timestamp,
  updated_at timestamptz not null default current_timestamp
);
create unique index secrets_name_idx on vault.secrets (name) where name is not null;
comment on table vault.secrets is 'Table with encrypted `secret` column for storing sensitive information on disk.';

create function vault._row_key(secret_id uuid, nonce bytea) returns text
language sql stable
security definer -- reads a file of the server
set search_path = ''
as $$
  select encode(
    @extschema:pgcrypto@.hmac(nonce || uuid_send(secret_id), decode(trim(pg_read_file('vault.key')), 'hex'), 'sha256'),
    'hex'
  )
$$;
revoke execute on function vault._row_key from public;

create function vault._encrypt(secret text, secret_id uuid, nonce bytea) returns text
language sql volatile
set search_path = ''
as $$
  select encode(@extschema:pgcrypto@.pgp_sym_encrypt(secret, vault._row_key(secret_id, nonce), 's2k-mode=0'), 'base64')
$$;
revoke execute on function vault._encrypt from public;

create function vault._decrypt(secret text, secret_id uuid, nonce bytea) returns text
language sql stable
security definer -- uses the project's key
set search_path = ''
as $$
  select @extschema:pgcrypto@.pgp_sym_decrypt(decode(secret, 'base64'), vault._row_key(secret_id, nonce))
$$;
revoke execute on function vault._decrypt from public;

create view vault.decrypted_secrets with (security_barrier = true) as
select
  secrets.id,
  secrets.name,
  secrets.description,
  secrets.secret,
  vault._decrypt(secrets.secret, secrets.id, secrets.nonce) as decrypted_secret,
  secrets.key_id,
  secrets.nonce,
  secrets.created_at,
  secrets.updated_at
from vault.secrets;

create function vault.create_secret(
  new_secret text,
  new_name text default null,
  new_description text default '',
  new_key_id uuid default null
) returns uuid
language plpgsql
security definer -- nobody inserts into vault.secrets directly
set search_path = ''
as $$
declare
  v_id uuid := gen_random_uuid();
  v_nonce bytea := @extschema:pgcrypto@.gen_random_bytes(16);
begin
  insert into vault.secrets (id, name, description, secret, nonce)
  values (v_id, new_name, coalesce(new_description, ''), vault._encrypt(new_secret, v_id, v_nonce), v_nonce);
  return v_id;
end
$$;
revoke execute on function vault.create_secret from public;

create function vault.update_secret(
  secret_id uuid,
  new_secret text default null,
  new_name text default null,
  new_description text default null,
  new_key_id uuid default null
) returns void
language plpgsql
security definer -- nobody updates vault.secrets directly
set search_path = ''
as $$
declare
  v_nonce bytea := @extschema:pgcrypto@.gen_random_bytes(16);
begin
  update vault.secrets
  set
    name = coalesce(new_name, secrets.name),
    description = coalesce(new_description, secrets.description),
    nonce = case when new_secret is null then secrets.nonce else v_nonce end,
    secret = coalesce(vault._encrypt(new_secret, secrets.id, v_nonce), secrets.secret),
    updated_at = now()
  where secrets.id = update_secret.secret_id;
end
$$;
revoke execute on function vault.update_secret from public;

grant usage on schema vault to postgres with grant option;
grant select, delete on vault.secrets, vault.decrypted_secrets to postgres with grant option;
grant execute on function vault.create_secret, vault.update_secret, vault._decrypt to postgres with grant option;
grant usage on schema vault to service_role;
grant select, delete on vault.secrets, vault.decrypted_secrets to service_role;
grant execute on function vault.create_secret, vault.update_secret, vault._decrypt to service_role;

select pg_catalog.pg_extension_config_dump('vault.secrets', '');
