-- public.back_in_stock_requests: a customer's own.
drop policy if exists back_in_stock_requests_select_authenticated on public.back_in_stock_requests;
create policy back_in_stock_requests_select_authenticated on public.back_in_stock_requests
  for select to authenticated
  using (user_id = (select auth.uid()));
comment on policy back_in_stock_requests_select_authenticated on public.back_in_stock_requests is
  'Customers see their own requests.';

drop policy if exists back_in_stock_requests_insert_authenticated on public.back_in_stock_requests;
create policy back_in_stock_requests_insert_authenticated on public.back_in_stock_requests
  for insert to authenticated
  with check (
    user_id = (select auth.uid())
    and exists (select from public.product_variants where product_variants.id = back_in_stock_requests.variant_id)
  );
comment on policy back_in_stock_requests_insert_authenticated on public.back_in_stock_requests is
  'Customers ask for themselves, about variants they can see.';

drop policy if exists back_in_stock_requests_delete_authenticated on public.back_in_stock_requests;
create policy back_in_stock_requests_delete_authenticated on public.back_in_stock_requests
  for delete to authenticated
  using (user_id = (select auth.uid()));
comment on policy back_in_stock_requests_delete_authenticated on public.back_in_stock_requests is
  'Customers withdraw their own requests.';
