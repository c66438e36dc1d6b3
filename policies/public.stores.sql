-- public.stores: the public sees active stores; members theirs in any state.
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
  'Active stores, your own in any state; platform admins see every one.';

drop policy if exists stores_update on public.stores;
create policy stores_update on public.stores
  for update to authenticated
  using (array[id] && (select private.my_scopes(array['owner', 'manager'])))
  with check (array[id] && (select private.my_scopes(array['owner', 'manager'])));
comment on policy stores_update on public.stores is
  'Owner and managers; the grant leaves out link, owner, status and currency.';
