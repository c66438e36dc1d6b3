-- What follows from a change of stock: availability on variants and products, alerts, notices. Only when stock
-- reaches or leaves zero or its threshold, so that an ordinary sale of a well-stocked product writes nothing but
-- its stock row, unless a program of the store listens.
create or replace function private.tg_stock_levels__effects() returns trigger
language plpgsql volatile
security definer -- variants, products, outbox and notifications are granted to nobody here
set search_path = ''
as $$
declare
  v_crossed uuid[];
  v_returned uuid[];
  v_low uuid[];
  v_product_ids uuid[];
begin
  select
    array_agg(new_rows.variant_id order by new_rows.variant_id)
      filter (where (new_rows.on_hand > new_rows.reserved) <> (old_rows.on_hand > old_rows.reserved)),
    array_agg(new_rows.variant_id)
      filter (where new_rows.on_hand > new_rows.reserved and old_rows.on_hand = old_rows.reserved),
    array_agg(new_rows.variant_id)
      filter (where new_rows.is_low and not old_rows.is_low)
  into v_crossed, v_returned, v_low
  from new_rows
  join old_rows on old_rows.variant_id = new_rows.variant_id;

  if v_crossed is not null then
    select array_agg(distinct product_variants.product_id) into v_product_ids
    from public.product_variants
    where product_variants.id = any (v_crossed);
    -- Products before variants, as save_product locks them.
    perform
    from public.products
    where products.id = any (v_product_ids)
    order by products.id
    for no key update;
    update public.product_variants
    set is_in_stock = stock_levels.on_hand > stock_levels.reserved
    from public.stock_levels
    where product_variants.id = any (v_crossed)
      and stock_levels.variant_id = product_variants.id
      and product_variants.is_in_stock <> (stock_levels.on_hand > stock_levels.reserved);
  end if;

  if v_low is not null then
    perform private.alert_low_stock(v_low);
  end if;
  if v_returned is not null then
    perform private.notify_back_in_stock(v_returned);
  end if;

  -- Most stores have nobody who listens: then a large import asks once, not once for each row.
  perform private.emit_webhook(
    'stock.updated', new_rows.store_id,
    jsonb_build_object(
      'variant_id', new_rows.variant_id, 'store_id', new_rows.store_id, 'on_hand', new_rows.on_hand,
      'reserved', new_rows.reserved, 'available', new_rows.on_hand - new_rows.reserved
    )
  )
  from new_rows
  join old_rows on old_rows.variant_id = new_rows.variant_id
  where (new_rows.on_hand, new_rows.reserved) is distinct from (old_rows.on_hand, old_rows.reserved)
    and exists (
      select from public.webhook_endpoints
      where (webhook_endpoints.store_id = new_rows.store_id or webhook_endpoints.store_id is null)
        and 'stock.updated' = any (webhook_endpoints.events)
    );
  return null;
end;
$$;
comment on function private.tg_stock_levels__effects() is
  'After update: availability when stock reaches or leaves zero, an alert when it becomes low, notices when it is '
  'back, webhooks.';

create or replace trigger _500_effects
  after update on public.stock_levels
  referencing old table as old_rows new table as new_rows
  for each statement execute function private.tg_stock_levels__effects();
