create or replace function private.refresh_products(product_ids uuid[]) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  -- Locked first and in key order: two changes of one product then see each other's variants, and never deadlock.
  perform
  from public.products
  where products.id = any (refresh_products.product_ids)
  order by products.id
  for no key update;

  update public.products
  set price_amount = derived.price_amount,
    mrp_amount = derived.mrp_amount,
    is_in_stock = derived.is_in_stock
  from (
    select
      touched.id,
      cheapest.price_amount,
      cheapest.mrp_amount,
      exists (
        select
        from public.product_variants
        where product_variants.product_id = touched.id
          and product_variants.is_active
          and product_variants.is_in_stock
      ) as is_in_stock
    from unnest(refresh_products.product_ids) as touched (id)
    left join lateral (
      select product_variants.price_amount, product_variants.mrp_amount
      from public.product_variants
      where product_variants.product_id = touched.id
        and product_variants.is_active
      order by product_variants.price_amount, product_variants.id
      limit 1
    ) as cheapest on true
  ) as derived
  where products.id = derived.id
    and (products.price_amount, products.mrp_amount, products.is_in_stock)
      is distinct from (derived.price_amount, derived.mrp_amount, derived.is_in_stock);
end;
$$;
comment on function private.refresh_products(uuid[]) is
  'Brings the derived columns of products up to date with their variants. Called by triggers.';
