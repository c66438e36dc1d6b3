-- public.order_lines: lines of orders are seen by both sides of the sale, and by nobody else's store.
drop policy if exists order_lines_select_authenticated on public.order_lines;
create policy order_lines_select_authenticated on public.order_lines
  for select to authenticated
  using (
    customer_id = (select auth.uid())
    or coalesce(array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes()), false)
  );
comment on policy order_lines_select_authenticated on public.order_lines is
  'Customers see lines of orders of their own, members those of their stores, platform admins all.';
