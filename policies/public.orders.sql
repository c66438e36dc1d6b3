-- public.orders: both sides of a sale see its order; no other store does.
-- `array[store_id, <nil UUID>] && my_scopes()`: works for the store, or is platform admin (policies/README.md).
drop policy if exists orders_select_authenticated on public.orders;
create policy orders_select_authenticated on public.orders
  for select to authenticated
  using (
    customer_id = (select auth.uid())
    or coalesce(array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes()), false)
  );
comment on policy orders_select_authenticated on public.orders is
  'Customers see their own orders, members those of their stores, platform admins all.';
