-- public.store_members: members of a store know each other; nobody else does. Written by functions only.
drop policy if exists store_members_select on public.store_members;
create policy store_members_select on public.store_members
  for select to authenticated
  using (
    coalesce(array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes()), false)
  );
comment on policy store_members_select on public.store_members is
  'Members of the stores you work for; platform admins see all.';
