-- Adds lines from somewhere else to a cart. Each quantity is capped by the stock as far as customers are told it
-- (up to ten), so that merging does not give away how much more there is. What is not sold any more is left out.
create or replace function private.merge_lines(cart_id uuid, variant_ids uuid[], quantities integer[]) returns void
language plpgsql volatile
security definer -- clients do not insert cart lines, and do not see stock
set search_path = ''
as $$
begin
  insert into public.cart_items (cart_id, variant_id, quantity)
  select merge_lines.cart_id, wanted.variant_id, least(wanted.quantity, room.capacity)
  from (
    select line.variant_id, least(sum(line.quantity), 100000)::integer as quantity
    from unnest(merge_lines.variant_ids, merge_lines.quantities) as line (variant_id, quantity)
    group by line.variant_id
  ) as wanted
  join public.product_variants on product_variants.id = wanted.variant_id
  join public.products on products.id = product_variants.product_id
  join public.stock_levels on stock_levels.variant_id = wanted.variant_id
  cross join private.settings
  cross join lateral (
    -- The stock is told up to ten pieces, so it may only cap up to ten: any other cap would give it away.
    select least(
      private.shown_stock(stock_levels.on_hand - stock_levels.reserved), settings.max_line_quantity
    ) as capacity
  ) as room
  where products.is_listed and product_variants.is_active and room.capacity > 0
  order by wanted.variant_id
  on conflict on constraint cart_items_pkey do update
  set quantity = greatest(
    cart_items.quantity,
    least(
      cart_items.quantity::bigint + excluded.quantity,
      (
        select private.shown_stock(stock_levels.on_hand - stock_levels.reserved)
        from public.stock_levels
        where stock_levels.variant_id = excluded.variant_id
      ),
      (select settings.max_line_quantity from private.settings)
    )
  );

  if (select count(*) from public.cart_items where cart_items.cart_id = merge_lines.cart_id)
    > (select settings.max_cart_lines from private.settings)
  then
    raise sqlstate 'PT422' using
      message = 'The cart is full.', detail = 'cart_full', hint = 'Check out, or remove something first.';
  end if;
end;
$$;
comment on function private.merge_lines(uuid, uuid[], integer[]) is
  'Adds lines to a locked cart, several of one variant summed, each capped by stock of up to ten and by the limit per '
  'line. Errors: cart_full.';
