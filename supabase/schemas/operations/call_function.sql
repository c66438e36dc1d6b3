-- How a job reaches an edge function. pg_net sends the request and does not report back to us in this transaction,
-- so it is never the only record: what is to be done stands in tables, and the next run finds it again.
create or replace function private.call_function(name text) returns bigint
language plpgsql volatile
security definer -- reads secrets of the vault
set search_path = ''
as $$
declare
  v_url text := (
    select decrypted_secrets.decrypted_secret from vault.decrypted_secrets where decrypted_secrets.name = 'project_url'
  );
  v_key text := (
    select decrypted_secrets.decrypted_secret from vault.decrypted_secrets where decrypted_secrets.name = 'secret_key'
  );
begin
  if v_url is null or v_key is null then
    raise exception 'the vault has no project_url or no secret_key'
      using hint =
        'Set both, such as: select private.set_vault_secret(''project_url'', ''https://<project>.supabase.co'').';
  end if;
  return net.http_post(
    url => v_url || '/functions/v1/' || call_function.name,
    headers => jsonb_build_object('content-type', 'application/json', 'apikey', v_key),
    body => '{}'::jsonb,
    timeout_milliseconds => 30000
  );
end;
$$;
comment on function private.call_function(text) is
  'Asks an edge function to do its work, with the secret key of the vault; returns the id of the queued request.';
