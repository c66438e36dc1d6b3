-- public.webhook_deliveries: a store's owner and managers see what its programs are told; platform admins see all.
-- Moved by the function that sends them.
-- `array[store_id, <nil UUID>] && my_scopes()`: works for the store, or is platform admin (policies/README.md).
drop policy if exists webhook_deliveries_select_authenticated on public.webhook_deliveries;
create policy webhook_deliveries_select_authenticated on public.webhook_deliveries
  for select to authenticated
  using (
    coalesce(
      array[store_id, '00000000-0000-0000-0000-000000000000']
        && (select private.my_scopes(array['owner', 'manager'])),
      false
    )
  );
comment on policy webhook_deliveries_select_authenticated on public.webhook_deliveries is
  'Owners and managers see the deliveries of their stores, platform admins all.';
