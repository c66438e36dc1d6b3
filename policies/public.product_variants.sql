-- public.product_variants: visible with their product (the subquery is itself under the policies of products).
drop policy if exists product_variants_select on public.product_variants;
create policy product_variants_select on public.product_variants
  for select to anon, authenticated
  using (
    deleted_at is null
    and exists (select from public.products where products.id = product_variants.product_id)
  );
comment on policy product_variants_select on public.product_variants is
  'Variants of products you can see.';
