-- For orders that are cancelled before they are sent: their goods never left the store.
create or replace function private.restock_orders(order_ids uuid[]) returns void
language plpgsql volatile
security definer -- clients hold no write grant on stock
set search_path = ''
as $$
begin
  perform private.lock_stock_of(restock_orders.order_ids);
  with returned as (
    select
      order_lines.order_id, order_lines.variant_id, order_lines.store_id,
      order_lines.quantity - back.quantity as quantity
    from public.order_lines
    cross join lateral (
      select coalesce(sum(refund_lines.restocked_quantity), 0)::integer as quantity
      from public.refund_lines
      where refund_lines.order_line_id = order_lines.id
    ) as back
    where order_lines.order_id = any (restock_orders.order_ids) and order_lines.quantity > back.quantity
  ),
  shelved as (
    update public.stock_levels
    set on_hand = stock_levels.on_hand + total.quantity
    from (
      select returned.variant_id, sum(returned.quantity)::integer as quantity from returned group by returned.variant_id
    ) as total
    where stock_levels.variant_id = total.variant_id
  )
  insert into public.stock_moves (variant_id, store_id, quantity, reason, reference_id, actor_id)
  select returned.variant_id, returned.store_id, returned.quantity, 'return', returned.order_id, (select auth.uid())
  from returned;
end;
$$;
comment on function private.restock_orders(uuid[]) is
  'Puts back the pieces that these orders took and that no refund has put back yet.';
