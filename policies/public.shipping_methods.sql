-- public.shipping_methods: what a store charges for delivery is no secret.
drop policy if exists shipping_methods_select on public.shipping_methods;
create policy shipping_methods_select on public.shipping_methods
  for select to anon, authenticated
  using (
    is_active
    or store_id in (select private.my_store_ids())
    or (select private.is_platform_admin())
  );
comment on policy shipping_methods_select on public.shipping_methods is
  'Everyone sees active methods; members of the store see all of theirs.';

drop policy if exists shipping_methods_insert_authenticated on public.shipping_methods;
create policy shipping_methods_insert_authenticated on public.shipping_methods
  for insert to authenticated
  with check (store_id in (select private.my_store_ids(array['owner', 'manager'])));
comment on policy shipping_methods_insert_authenticated on public.shipping_methods is
  'Owners and managers add methods to their stores.';

drop policy if exists shipping_methods_update_authenticated on public.shipping_methods;
create policy shipping_methods_update_authenticated on public.shipping_methods
  for update to authenticated
  using (store_id in (select private.my_store_ids(array['owner', 'manager'])))
  with check (store_id in (select private.my_store_ids(array['owner', 'manager'])));
comment on policy shipping_methods_update_authenticated on public.shipping_methods is
  'Owners and managers change their stores'' methods.';

drop policy if exists shipping_methods_delete_authenticated on public.shipping_methods;
create policy shipping_methods_delete_authenticated on public.shipping_methods
  for delete to authenticated
  using (store_id in (select private.my_store_ids(array['owner', 'manager'])));
comment on policy shipping_methods_delete_authenticated on public.shipping_methods is
  'Owners and managers delete methods; orders keep their copy.';
