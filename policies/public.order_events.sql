-- public.order_events: both sides of a sale see the history of its order; no other store does.
-- `array[store_id, <nil UUID>] && my_scopes()`: works for the store, or is platform admin (policies/README.md).
drop policy if exists order_events_select_authenticated on public.order_events;
create policy order_events_select_authenticated on public.order_events
  for select to authenticated
  using (
    customer_id = (select auth.uid())
    or coalesce(array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes()), false)
  );
comment on policy order_events_select_authenticated on public.order_events is
  'Customers see the history of their own orders, members that of their stores'' orders, platform admins all.';
