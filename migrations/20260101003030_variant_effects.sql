-- What follows from a variant: its stock row, and the price and availability shown on the product.
create function private.refresh_products(product_ids uuid[]) returns void
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
comment on function private.refresh_products(uuid[]) is 'Brings the derived columns of products up to date with their variants. Called by triggers.';

create function private.tg_product_variants__effects() returns trigger
language plpgsql volatile
security definer -- stock rows and derived columns are granted to nobody
set search_path = ''
as $$
declare
  v_product_ids uuid[];
begin
  if tg_op = 'INSERT' then
    insert into public.stock_levels (variant_id, store_id)
    select new_rows.id, new_rows.store_id
    from new_rows;
    select array_agg(distinct new_rows.product_id) into v_product_ids from new_rows;
  else
    select array_agg(distinct new_rows.product_id) into v_product_ids
    from new_rows
    join old_rows on old_rows.id = new_rows.id
    where (new_rows.price_amount, new_rows.mrp_amount, new_rows.is_active, new_rows.is_in_stock)
      is distinct from (old_rows.price_amount, old_rows.mrp_amount, old_rows.is_active, old_rows.is_in_stock);
  end if;
  if v_product_ids is not null then
    perform private.refresh_products(v_product_ids);
  end if;
  return null;
end;
$$;
comment on function private.tg_product_variants__effects() is 'After insert or update of variants: makes their stock rows and refreshes their products.';

create trigger _500_effects_insert
  after insert on public.product_variants
  referencing new table as new_rows
  for each statement execute function private.tg_product_variants__effects();

create trigger _500_effects_update
  after update on public.product_variants
  referencing old table as old_rows new table as new_rows
  for each statement execute function private.tg_product_variants__effects();

-- Every product has a variant by the time its transaction ends.
create function private.tg_products__variant_required() returns trigger
language plpgsql stable
security definer -- sees variants whatever the caller may see
set search_path = ''
as $$
begin
  if not exists (select from public.product_variants where product_variants.product_id = new.id) then
    raise sqlstate 'PT422' using
      message = 'A product needs at least one variant.', detail = 'variant_required';
  end if;
  return null;
end;
$$;
comment on function private.tg_products__variant_required() is 'At the end of the transaction that inserts a product. Errors: variant_required.';

create constraint trigger _900_variant_required
  after insert on public.products
  deferrable initially deferred
  for each row execute function private.tg_products__variant_required();
