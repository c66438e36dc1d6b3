-- public.order_lines: lines of orders are seen by both sides of the sale, and by nobody else's store.
drop policy if exists order_lines_select_authenticated on public.order_lines;
create policy order_lines_select_authenticated on public.order_lines
  for select to authenticated
  using (
    customer_id = (select auth.uid())
    or store_id in (select private.my_store_ids())
    or (select private.is_platform_admin())
  );
comment on policy order_lines_select_authenticated on public.order_lines is
  'Customers see lines of orders of their own, members those of their stores, platform admins all.';
