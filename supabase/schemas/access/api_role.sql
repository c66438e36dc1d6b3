-- The role that rights are asked of. The API sets `role` for each request, and it keeps its value inside definer
-- functions, where current_user is the owner of the function.
create or replace function private.api_role() returns text
language plpgsql stable
set search_path = ''
as $$
begin
  -- Nothing was set: a job or a person in Studio, in the role that logged in.
  return coalesce(nullif(current_setting('role', true), 'none'), session_user::text);
end;
$$;
comment on function private.api_role() is 'The role the request runs as, also when asked inside a definer function.';
grant execute on function private.api_role() to anon, authenticated, service_role;
