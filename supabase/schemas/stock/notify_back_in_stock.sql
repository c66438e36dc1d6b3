create or replace function private.notify_back_in_stock(variant_ids uuid[]) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  with taken as (
    delete from public.back_in_stock_requests
    using public.product_variants
    join public.products on products.id = product_variants.product_id
    where back_in_stock_requests.variant_id = any (notify_back_in_stock.variant_ids)
      and product_variants.id = back_in_stock_requests.variant_id
      and product_variants.is_active
      and products.is_listed
    returning
      back_in_stock_requests.user_id,
      back_in_stock_requests.variant_id,
      product_variants.product_id,
      products.store_id,
      private.variant_name(products.name, product_variants) as name
  ),
  mailed as (
    insert into private.outbox (template, user_id, payload)
    select 'back_in_stock', taken.user_id, jsonb_build_object('variant_id', taken.variant_id)
    from taken
  )
  insert into public.notifications (user_id, kind, title, data)
  select
    taken.user_id,
    'back_in_stock',
    left(format('Back in stock: %s', taken.name), 200),
    jsonb_build_object('store_id', taken.store_id, 'product_id', taken.product_id, 'variant_id', taken.variant_id)
  from taken;
end;
$$;
comment on function private.notify_back_in_stock(uuid[]) is
  'Tells the customers who asked for these variants that they can be bought again, and deletes their requests.';
