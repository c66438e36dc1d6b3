-- public.profiles: a person's own; platform admins see all.
drop policy if exists profiles_select_authenticated on public.profiles;
create policy profiles_select_authenticated on public.profiles
  for select to authenticated
  using (
    id = (select auth.uid())
    or (select private.is_platform_admin())
  );
comment on policy profiles_select_authenticated on public.profiles is
  'People see their own profile, platform admins every one.';

drop policy if exists profiles_update_authenticated on public.profiles;
create policy profiles_update_authenticated on public.profiles
  for update to authenticated
  using (id = (select auth.uid()))
  with check (id = (select auth.uid()));
comment on policy profiles_update_authenticated on public.profiles is
  'People change their own name, picture and language; no other column is granted.';
