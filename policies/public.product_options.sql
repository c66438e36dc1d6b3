-- public.product_options: visible with their product (the subquery is itself under the policies of products).
drop policy if exists product_options_select on public.product_options;
create policy product_options_select on public.product_options
  for select to anon, authenticated
  using (exists (select from public.products where products.id = product_options.product_id));
comment on policy product_options_select on public.product_options is
  'Options of products you can see.';
