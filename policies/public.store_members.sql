-- public.store_members: members of a store know each other; nobody else does. Written by functions only.
drop policy if exists store_members_select on public.store_members;
create policy store_members_select on public.store_members
  for select to authenticated
  using (
    store_id in (select private.my_store_ids())
    or (select private.is_platform_admin())
  );
comment on policy store_members_select on public.store_members is
  'Members of the stores you work for; platform admins see all.';
