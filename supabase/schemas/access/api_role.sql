create or replace function private.api_role() returns text
language plpgsql stable
set search_path = ''
as $$
begin
  -- `role` is what the API switched to, and stays so inside definer functions; without a switch it is the login role.
  return coalesce(nullif(current_setting('role', true), 'none'), session_user::text);
end;
$$;
comment on function private.api_role() is 'The role the request runs as, also when asked inside a definer function.';
grant execute on function private.api_role() to anon, authenticated, service_role;
