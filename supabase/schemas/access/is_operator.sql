-- Who runs the marketplace: a platform admin through the API, the service key, or a person in Studio (who is the
-- database's owner there and has no user id).
create or replace function private.is_operator() returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
  return private.api_role() not in ('anon', 'authenticated', 'authenticator') or private.is_platform_admin();
end;
$$;
comment on function private.is_operator() is 'Whether the caller is a platform admin, a service or a person in Studio.';
grant execute on function private.is_operator() to anon, authenticated, service_role;
