-- public.order_events: the history of orders are seen by both sides of the sale, and by nobody else's store.
drop policy if exists order_events_select_authenticated on public.order_events;
create policy order_events_select_authenticated on public.order_events
  for select to authenticated
  using (
    customer_id = (select auth.uid())
    or store_id in (select private.my_store_ids())
    or (select private.is_platform_admin())
  );
comment on policy order_events_select_authenticated on public.order_events is
  'Customers see the history of orders of their own, members those of their stores, platform admins all.';
