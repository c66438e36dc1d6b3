-- public.orders: orders are seen by both sides of the sale, and by nobody else's store.
drop policy if exists orders_select_authenticated on public.orders;
create policy orders_select_authenticated on public.orders
  for select to authenticated
  using (
    customer_id = (select auth.uid())
    or coalesce(array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes()), false)
  );
comment on policy orders_select_authenticated on public.orders is
  'Customers see orders of their own, members those of their stores, platform admins all.';
