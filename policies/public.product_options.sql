-- public.product_options: visible with their product.
-- `array[store_id, <nil UUID>] && my_scopes()`: works for the store, or is platform admin (policies/README.md).
drop policy if exists product_options_select_anon on public.product_options;
create policy product_options_select_anon on public.product_options
  for select to anon
  using (is_listed);
comment on policy product_options_select_anon on public.product_options is
  'Visitors see options of listed products.';

drop policy if exists product_options_select_authenticated on public.product_options;
create policy product_options_select_authenticated on public.product_options
  for select to authenticated
  using (
    is_listed
    or array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes())
  );
comment on policy product_options_select_authenticated on public.product_options is
  'Everyone sees options of listed products, members those of all products of their stores, platform admins all.';
