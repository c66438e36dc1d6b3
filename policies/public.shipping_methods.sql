-- public.shipping_methods: what a store charges for delivery is no secret.
-- `array[store_id, <nil UUID>] && my_scopes()`: works for the store, or is platform admin (policies/README.md).
drop policy if exists shipping_methods_select_anon on public.shipping_methods;
create policy shipping_methods_select_anon on public.shipping_methods
  for select to anon
  using (is_active);
comment on policy shipping_methods_select_anon on public.shipping_methods is
  'Visitors see active methods.';

drop policy if exists shipping_methods_select_authenticated on public.shipping_methods;
create policy shipping_methods_select_authenticated on public.shipping_methods
  for select to authenticated
  using (
    is_active
    or array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes())
  );
comment on policy shipping_methods_select_authenticated on public.shipping_methods is
  'Everyone sees active methods, members all of their stores, platform admins all.';

drop policy if exists shipping_methods_insert_authenticated on public.shipping_methods;
create policy shipping_methods_insert_authenticated on public.shipping_methods
  for insert to authenticated
  with check (array[store_id] && (select private.my_scopes(array['owner', 'manager'])));
comment on policy shipping_methods_insert_authenticated on public.shipping_methods is
  'Owners and managers add methods to their stores.';

drop policy if exists shipping_methods_update_authenticated on public.shipping_methods;
create policy shipping_methods_update_authenticated on public.shipping_methods
  for update to authenticated
  using (array[store_id] && (select private.my_scopes(array['owner', 'manager'])))
  with check (array[store_id] && (select private.my_scopes(array['owner', 'manager'])));
comment on policy shipping_methods_update_authenticated on public.shipping_methods is
  'Owners and managers change their stores'' methods.';

drop policy if exists shipping_methods_delete_authenticated on public.shipping_methods;
create policy shipping_methods_delete_authenticated on public.shipping_methods
  for delete to authenticated
  using (array[store_id] && (select private.my_scopes(array['owner', 'manager'])));
comment on policy shipping_methods_delete_authenticated on public.shipping_methods is
  'Owners and managers delete methods; orders keep their copy.';
