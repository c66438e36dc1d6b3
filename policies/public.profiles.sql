-- public.profiles: a person sees and edits their own; operators see all.
drop policy if exists profiles_select on public.profiles;
create policy profiles_select on public.profiles
  for select to authenticated
  using (
    id = (select auth.uid())
    or (select private.is_platform_admin())
  );
comment on policy profiles_select on public.profiles is
  'Your own profile; platform admins see every one.';

drop policy if exists profiles_update on public.profiles;
create policy profiles_update on public.profiles
  for update to authenticated
  using (id = (select auth.uid()))
  with check (id = (select auth.uid()));
comment on policy profiles_update on public.profiles is
  'Your own profile; the grant leaves name, picture and language.';
