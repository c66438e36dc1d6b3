-- public.shipments: both sides of a sale see its parcels; no other store does.
-- `array[store_id, <nil UUID>] && my_scopes()`: works for the store, or is platform admin (policies/README.md).
drop policy if exists shipments_select_authenticated on public.shipments;
create policy shipments_select_authenticated on public.shipments
  for select to authenticated
  using (
    customer_id = (select auth.uid())
    or coalesce(array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes()), false)
  );
comment on policy shipments_select_authenticated on public.shipments is
  'Customers see the parcels of their own orders, members those of their stores'' orders, platform admins all.';

drop policy if exists shipments_update_authenticated on public.shipments;
create policy shipments_update_authenticated on public.shipments
  for update to authenticated
  using (array[store_id] && (select private.my_scopes()))
  with check (array[store_id] && (select private.my_scopes()));
comment on policy shipments_update_authenticated on public.shipments is
  'Members correct the tracking of their stores'' parcels.';
