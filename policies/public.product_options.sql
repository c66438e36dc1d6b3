-- public.product_options: visible with their product.
drop policy if exists product_options_select_anon on public.product_options;
create policy product_options_select_anon on public.product_options
  for select to anon
  using (is_listed);
comment on policy product_options_select_anon on public.product_options is
  'Options of listed products.';

drop policy if exists product_options_select_authenticated on public.product_options;
create policy product_options_select_authenticated on public.product_options
  for select to authenticated
  using (
    is_listed
    or array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes())
  );
comment on policy product_options_select_authenticated on public.product_options is
  'Options of listed products, and of all products of the stores you work for; platform admins see every one.';
