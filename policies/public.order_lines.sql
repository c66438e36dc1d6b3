-- public.order_lines: both sides of a sale see what was bought; no other store does.
-- `array[store_id, <nil UUID>] && my_scopes()`: works for the store, or is platform admin (policies/README.md).
drop policy if exists order_lines_select_authenticated on public.order_lines;
create policy order_lines_select_authenticated on public.order_lines
  for select to authenticated
  using (
    customer_id = (select auth.uid())
    or coalesce(array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes()), false)
  );
comment on policy order_lines_select_authenticated on public.order_lines is
  'Customers see the lines of their own orders, members those of their stores'' orders, platform admins all.';
