-- A card order was paid or given up: what was held for it is sold, or free again.
create or replace function private.end_reservations(order_ids uuid[], outcome text) returns void
language plpgsql volatile
security definer -- clients hold no write grant on stock
set search_path = ''
as $$
begin
  perform private.lock_stock_of(end_reservations.order_ids);
  with ended as (
    update public.stock_reservations
    set status = end_reservations.outcome
    where stock_reservations.order_id = any (end_reservations.order_ids) and stock_reservations.status = 'active'
    returning
      stock_reservations.order_id, stock_reservations.variant_id,
      stock_reservations.store_id, stock_reservations.quantity
  ),
  counted as (
    update public.stock_levels
    set reserved = stock_levels.reserved - total.quantity,
      on_hand = stock_levels.on_hand - case end_reservations.outcome when 'sold' then total.quantity else 0 end
    from (
      select ended.variant_id, sum(ended.quantity)::integer as quantity from ended group by ended.variant_id
    ) as total
    where stock_levels.variant_id = total.variant_id
  )
  insert into public.stock_moves (variant_id, store_id, quantity, reason, reference_id)
  select ended.variant_id, ended.store_id, -ended.quantity, 'sale', ended.order_id
  from ended
  where end_reservations.outcome = 'sold';
end;
$$;
comment on function private.end_reservations(uuid[], text) is
  'Ends what is held for these orders. outcome: `sold` (the pieces leave the stock, as a sale in the ledger) or '
  '`released` (others may buy them).';
