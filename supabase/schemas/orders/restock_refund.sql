create or replace function private.restock_refund(refund_id uuid) returns void
language plpgsql volatile
security definer -- clients hold no write grant on stock
set search_path = ''
as $$
begin
  perform from public.stock_levels
  where stock_levels.variant_id in (
    select order_lines.variant_id from public.refund_lines
    join public.order_lines on order_lines.id = refund_lines.order_line_id
    where refund_lines.refund_id = restock_refund.refund_id
  )
  order by stock_levels.variant_id
  for no key update;

  with returned as (
    select order_lines.variant_id, order_lines.store_id, order_lines.order_id, sum(refund_lines.quantity)::integer as quantity
    from public.refund_lines
    join public.order_lines on order_lines.id = refund_lines.order_line_id
    where refund_lines.refund_id = restock_refund.refund_id
    group by order_lines.variant_id, order_lines.store_id, order_lines.order_id
  ),
  shelved as (
    update public.stock_levels
    set on_hand = stock_levels.on_hand + returned.quantity
    from returned
    where stock_levels.variant_id = returned.variant_id
  )
  insert into public.stock_moves (variant_id, store_id, quantity, reason, reference_id, actor_id)
  select returned.variant_id, returned.store_id, returned.quantity, 'return', returned.order_id, (select auth.uid())
  from returned;
end;
$$;
comment on function private.restock_refund(uuid) is 'Puts the returned pieces of a refund by lines back on the shelf.';
