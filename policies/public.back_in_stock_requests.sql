-- public.back_in_stock_requests: a customer sees and edits their own.
drop policy if exists back_in_stock_requests_select on public.back_in_stock_requests;
create policy back_in_stock_requests_select on public.back_in_stock_requests
  for select to authenticated
  using (user_id = (select auth.uid()));
comment on policy back_in_stock_requests_select on public.back_in_stock_requests is
  'Your own requests.';

drop policy if exists back_in_stock_requests_insert on public.back_in_stock_requests;
create policy back_in_stock_requests_insert on public.back_in_stock_requests
  for insert to authenticated
  with check (
    user_id = (select auth.uid())
    and exists (select from public.product_variants where product_variants.id = back_in_stock_requests.variant_id)
  );
comment on policy back_in_stock_requests_insert on public.back_in_stock_requests is
  'For yourself, variants you can see.';

drop policy if exists back_in_stock_requests_delete on public.back_in_stock_requests;
create policy back_in_stock_requests_delete on public.back_in_stock_requests
  for delete to authenticated
  using (user_id = (select auth.uid()));
comment on policy back_in_stock_requests_delete on public.back_in_stock_requests is
  'Your own requests.';
