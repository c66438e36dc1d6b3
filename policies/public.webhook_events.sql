-- public.webhook_events: a store's owner and managers see what its programs are told; platform admins see all.
-- Written by whatever happened.
-- `array[store_id, <nil UUID>] && my_scopes()`: works for the store, or is platform admin (policies/README.md).
drop policy if exists webhook_events_select_authenticated on public.webhook_events;
create policy webhook_events_select_authenticated on public.webhook_events
  for select to authenticated
  using (
    coalesce(
      array[store_id, '00000000-0000-0000-0000-000000000000']
        && (select private.my_scopes(array['owner', 'manager'])),
      false
    )
  );
comment on policy webhook_events_select_authenticated on public.webhook_events is
  'Owners and managers see the events of their stores, platform admins all.';
