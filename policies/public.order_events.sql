-- public.order_events: the history of orders are seen by both sides of the sale, and by nobody else's store.
drop policy if exists order_events_select_authenticated on public.order_events;
create policy order_events_select_authenticated on public.order_events
  for select to authenticated
  using (
    customer_id = (select auth.uid())
    or coalesce(array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes()), false)
  );
comment on policy order_events_select_authenticated on public.order_events is
  'Customers see the history of orders of their own, members those of their stores, platform admins all.';
