-- Returned pieces go back on the shelf once, even if the money needs two attempts: a refund that failed has put
-- them back already for the one that takes its place.
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

  with piece as (
    update public.refund_lines
    set restocked_quantity = due.quantity
    from (
      -- Less what a failed refund of the same line has put back already: it counts for the refund that takes its
      -- place.
      select
        own.refund_id, own.order_line_id, order_lines.variant_id, order_lines.store_id, order_lines.order_id,
        greatest(own.quantity - greatest(sum(
          other_lines.restocked_quantity
            - case when others.is_restocked and others.status <> 'failed' then other_lines.quantity else 0 end
        ), 0), 0)::integer as quantity
      from public.refund_lines as own
      join public.order_lines on order_lines.id = own.order_line_id
      left join public.refund_lines as other_lines
        on other_lines.order_line_id = own.order_line_id and other_lines.refund_id <> own.refund_id
      left join public.refunds as others on others.id = other_lines.refund_id
      where own.refund_id = restock_refund.refund_id
      group by own.refund_id, own.order_line_id, order_lines.id
    ) as due
    where refund_lines.refund_id = due.refund_id and refund_lines.order_line_id = due.order_line_id and due.quantity > 0
    returning due.variant_id, due.store_id, due.order_id, due.quantity
  ),
  returned as (
    select piece.variant_id, piece.store_id, piece.order_id, sum(piece.quantity)::integer as quantity
    from piece
    group by piece.variant_id, piece.store_id, piece.order_id
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
comment on function private.restock_refund(uuid) is
  'Puts the returned pieces of a refund by lines back on the shelf, unless a failed refund has done so before.';
