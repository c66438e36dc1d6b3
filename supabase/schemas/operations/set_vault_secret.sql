create or replace function private.set_vault_secret(name text, secret text) returns void
language plpgsql volatile
security definer -- writes secrets
set search_path = ''
as $$
declare
  v_id uuid := (select secrets.id from vault.secrets where secrets.name = set_vault_secret.name);
begin
  if v_id is null then
    perform vault.create_secret(set_vault_secret.secret, set_vault_secret.name);
  else
    perform vault.update_secret(v_id, set_vault_secret.secret);
  end if;
end;
$$;
comment on function private.set_vault_secret(text, text) is
  'Puts a secret into the vault, or another in its place: for the SQL editor, when it was forgotten or is rotated.';
