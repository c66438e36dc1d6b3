-- Written in plpgsql, which keeps its plan; an SQL function that cannot be inlined is planned by every statement
-- that calls it.
create or replace function private.is_platform_admin() returns boolean
language plpgsql stable
security definer -- reads private.platform_admins, which is granted to nobody
set search_path = ''
as $$
begin
  return exists (
    select from private.platform_admins
    where platform_admins.user_id = (select auth.uid())
  );
end;
$$;
comment on function private.is_platform_admin() is
  'Whether the caller runs the marketplace. Takes no argument, so policies evaluate it once per statement.';
grant execute on function private.is_platform_admin() to anon, authenticated, service_role;
