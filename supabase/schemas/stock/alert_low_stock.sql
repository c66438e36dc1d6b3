create or replace function private.alert_low_stock(variant_ids uuid[]) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  insert into private.outbox (template, store_id, payload)
  select
    'low_stock', stock_levels.store_id,
    jsonb_build_object(
      'variant_id', stock_levels.variant_id, 'on_hand', stock_levels.on_hand - stock_levels.reserved,
      'threshold', stock_levels.low_stock_threshold
    )
  from public.stock_levels
  where stock_levels.variant_id = any (alert_low_stock.variant_ids)
  order by stock_levels.variant_id;

  insert into public.notifications (user_id, kind, title, data)
  select
    store_members.user_id,
    'low_stock',
    left(format('Low stock at %s: %s', stores.name, private.variant_name(products.name, product_variants)), 200),
    jsonb_build_object(
      'store_id', stock_levels.store_id,
      'product_id', product_variants.product_id,
      'variant_id', stock_levels.variant_id
    )
  from public.stock_levels
  join public.product_variants on product_variants.id = stock_levels.variant_id
  join public.products on products.id = product_variants.product_id
  join public.stores on stores.id = stock_levels.store_id
  join public.store_members on store_members.store_id = stock_levels.store_id
  where stock_levels.variant_id = any (alert_low_stock.variant_ids);
end;
$$;
comment on function private.alert_low_stock(uuid[]) is 'Tells a store, by mail and in the app, that variants run low.';
