-- public.webhook_endpoints: a store's owner and managers see what its programs are told; platform admins see all.
-- Made and changed by functions, which check where they lead.
-- `array[store_id, <nil UUID>] && my_scopes()`: works for the store, or is platform admin (policies/README.md).
drop policy if exists webhook_endpoints_select_authenticated on public.webhook_endpoints;
create policy webhook_endpoints_select_authenticated on public.webhook_endpoints
  for select to authenticated
  using (
    coalesce(
      array[store_id, '00000000-0000-0000-0000-000000000000']
        && (select private.my_scopes(array['owner', 'manager'])),
      false
    )
  );
comment on policy webhook_endpoints_select_authenticated on public.webhook_endpoints is
  'Owners and managers see the endpoints of their stores, platform admins all.';
