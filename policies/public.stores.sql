-- public.stores: everyone sees active stores; members theirs in any state.
-- `array[id, <nil UUID>] && my_scopes()`: works for the store, or is platform admin (policies/README.md).
drop policy if exists stores_select_anon on public.stores;
create policy stores_select_anon on public.stores
  for select to anon
  using (status = 'active');
comment on policy stores_select_anon on public.stores is
  'Visitors see active stores.';

drop policy if exists stores_select_authenticated on public.stores;
create policy stores_select_authenticated on public.stores
  for select to authenticated
  using (
    status = 'active'
    or array[id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes())
  );
comment on policy stores_select_authenticated on public.stores is
  'Everyone sees active stores, members theirs in any state, platform admins all.';

drop policy if exists stores_update_authenticated on public.stores;
create policy stores_update_authenticated on public.stores
  for update to authenticated
  using (array[id] && (select private.my_scopes(array['owner', 'manager'])))
  with check (array[id] && (select private.my_scopes(array['owner', 'manager'])));
comment on policy stores_update_authenticated on public.stores is
  'Owners and managers change their stores; link, owner, status and currency are not granted.';
