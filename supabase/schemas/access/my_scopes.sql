-- What policies ask, once per statement, to learn where the caller has a say (policies/README.md). One array holds
-- stores and marketplace, so that a policy has one subquery; and there are two functions instead of one with a
-- default argument. Both save time, because the subqueries of a policy are planned anew with most statements.
-- Written in plpgsql, which keeps the plan of the query inside.
create or replace function private.my_scopes() returns uuid[]
language plpgsql stable
security definer -- reads store_members without re-entering its own policy, and private.platform_admins
set search_path = ''
as $$
declare
  v_user_id constant uuid := auth.uid();
begin
  return array(
    select store_members.store_id
    from public.store_members
    where store_members.user_id = v_user_id
    union all
    select '00000000-0000-0000-0000-000000000000'
    from private.platform_admins
    where platform_admins.user_id = v_user_id
  );
end;
$$;
comment on function private.my_scopes() is
  'Where the caller has a say: the stores they work for and, for platform admins, the platform, which is the nil UUID.';
grant execute on function private.my_scopes() to anon, authenticated, service_role;

create or replace function private.my_scopes(roles text[]) returns uuid[]
language plpgsql stable
security definer -- reads store_members without re-entering its own policy, and private.platform_admins
set search_path = ''
as $$
declare
  v_user_id constant uuid := auth.uid();
begin
  return array(
    select store_members.store_id
    from public.store_members
    where store_members.user_id = v_user_id
      and store_members.role = any (my_scopes.roles)
    union all
    select '00000000-0000-0000-0000-000000000000'
    from private.platform_admins
    where platform_admins.user_id = v_user_id
  );
end;
$$;
comment on function private.my_scopes(text[]) is
  'Where the caller has a say: the stores in which they have one of these roles and, for platform admins, the '
  'platform.';
grant execute on function private.my_scopes(text[]) to anon, authenticated, service_role;
