-- public.product_variants: visible with their product.
-- `array[store_id, <nil UUID>] && my_scopes()`: works for the store, or is platform admin (policies/README.md).
drop policy if exists product_variants_select_anon on public.product_variants;
create policy product_variants_select_anon on public.product_variants
  for select to anon
  using (deleted_at is null and is_listed);
comment on policy product_variants_select_anon on public.product_variants is
  'Visitors see variants of listed products.';

drop policy if exists product_variants_select_authenticated on public.product_variants;
create policy product_variants_select_authenticated on public.product_variants
  for select to authenticated
  using (
    deleted_at is null
    and (is_listed or array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes()))
  );
comment on policy product_variants_select_authenticated on public.product_variants is
  'Everyone sees variants of listed products, members those of all products of their stores, platform admins all.';
