-- public.store_members: members of a store know each other; nobody else does. Written by functions only.
-- `array[store_id, <nil UUID>] && my_scopes()`: works for the store, or is platform admin (policies/README.md).
drop policy if exists store_members_select_authenticated on public.store_members;
create policy store_members_select_authenticated on public.store_members
  for select to authenticated
  using (
    coalesce(array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes()), false)
  );
comment on policy store_members_select_authenticated on public.store_members is
  'Members of a store see each other, platform admins see all.';
