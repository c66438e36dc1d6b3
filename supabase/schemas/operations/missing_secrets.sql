-- Which secrets jobs would need to call edge functions (call_function) and do not have. A secret that is set late,
-- or changed, is used from the next call on.
create or replace function private.missing_secrets() returns text[]
language sql stable
security definer -- reads the names of secrets
set search_path = ''
as $$
  select coalesce(array_agg(needed.name order by needed.name), '{}')
  from unnest(array['project_url', 'secret_key']) as needed (name)
  where not exists (
    select from vault.decrypted_secrets as secret
    where secret.name = needed.name and secret.decrypted_secret <> ''
  );
$$;
comment on function private.missing_secrets() is 'Names of the secrets that jobs need and the vault does not have.';
