-- What stock does when an order is paid, given up or sent back. Each takes the orders' stock rows in key order first, then
-- changes counters and ledger together, in one statement for all orders.

create function private.lock_stock_of(order_ids uuid[]) returns void
language plpgsql volatile
security definer -- clients hold no write grant on stock
set search_path = ''
as $$
begin
  perform from public.stock_levels
  where stock_levels.variant_id in (
    select order_lines.variant_id from public.order_lines where order_lines.order_id = any (order_ids)
  )
  order by stock_levels.variant_id
  for no key update;
end;
$$;
comment on function private.lock_stock_of(uuid[]) is 'Locks the stock rows of these orders'' lines, in key order.';

create function private.end_reservations(order_ids uuid[], outcome text) returns void
language plpgsql volatile
security definer -- clients hold no write grant on stock
set search_path = ''
as $$
begin
  perform private.lock_stock_of(order_ids);
  with ended as (
    update public.stock_reservations
    set status = outcome
    where stock_reservations.order_id = any (order_ids) and stock_reservations.status = 'active'
    returning stock_reservations.order_id, stock_reservations.variant_id, stock_reservations.store_id, stock_reservations.quantity
  ),
  counted as (
    update public.stock_levels
    set reserved = stock_levels.reserved - total.quantity,
      on_hand = stock_levels.on_hand - case outcome when 'sold' then total.quantity else 0 end
    from (select ended.variant_id, sum(ended.quantity)::integer as quantity from ended group by ended.variant_id) as total
    where stock_levels.variant_id = total.variant_id
  )
  insert into public.stock_moves (variant_id, store_id, quantity, reason, reference_id)
  select ended.variant_id, ended.store_id, -ended.quantity, 'sale', ended.order_id
  from ended
  where outcome = 'sold';
end;
$$;
comment on function private.end_reservations(uuid[], text) is
  'What is held for these orders is `sold` (a sale in the ledger) or `released` (free for others again).';

create function private.restock_orders(order_ids uuid[]) returns void
language plpgsql volatile
security definer -- clients hold no write grant on stock
set search_path = ''
as $$
begin
  perform private.lock_stock_of(order_ids);
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
    where order_lines.order_id = any (order_ids) and order_lines.quantity > back.quantity
  ),
  shelved as (
    update public.stock_levels
    set on_hand = stock_levels.on_hand + total.quantity
    from (select returned.variant_id, sum(returned.quantity)::integer as quantity from returned group by returned.variant_id) as total
    where stock_levels.variant_id = total.variant_id
  )
  insert into public.stock_moves (variant_id, store_id, quantity, reason, reference_id, actor_id)
  select returned.variant_id, returned.store_id, returned.quantity, 'return', returned.order_id, (select auth.uid())
  from returned;
end;
$$;
comment on function private.restock_orders(uuid[]) is 'Puts back what these orders sold and no refund has put back yet; nothing of it has left the store.';

create function private.release_coupons(checkout_ids uuid[]) returns void
language plpgsql volatile
security definer -- clients hold no write grant on coupons
set search_path = ''
as $$
begin
  -- Most checkouts used no coupon.
  if not exists (
    select from public.coupon_redemptions
    where coupon_redemptions.checkout_id = any (checkout_ids) and coupon_redemptions.status = 'active'
  ) then
    return;
  end if;
  perform from public.coupons
  where coupons.id in (
    select coupon_redemptions.coupon_id from public.coupon_redemptions where coupon_redemptions.checkout_id = any (checkout_ids)
  )
  order by coupons.id
  for no key update;

  with released as (
    update public.coupon_redemptions
    set status = 'released'
    where coupon_redemptions.checkout_id = any (checkout_ids)
      and coupon_redemptions.status = 'active'
      and not exists (
        select from public.orders
        where orders.checkout_id = coupon_redemptions.checkout_id
          and (coupon_redemptions.store_id is null or orders.store_id = coupon_redemptions.store_id)
          and orders.status <> 'cancelled'
      )
    returning coupon_redemptions.coupon_id
  )
  update public.coupons
  set used_count = coupons.used_count - total.uses
  from (select released.coupon_id, count(*)::integer as uses from released group by released.coupon_id) as total
  where coupons.id = total.coupon_id;
end;
$$;
comment on function private.release_coupons(uuid[]) is 'Gives back the coupon uses of these checkouts whose orders are all cancelled.';

create function private.number_orders(order_ids uuid[]) returns void
language plpgsql volatile
security definer -- clients hold no write grant on orders
set search_path = ''
as $$
begin
  with numbered as (
    insert into private.order_numbers (store_id, last_number)
    select orders.store_id, 1
    from public.orders
    where orders.id = any (order_ids)
    order by orders.store_id
    on conflict (store_id) do update set last_number = order_numbers.last_number + 1
    returning order_numbers.store_id, order_numbers.last_number
  )
  update public.orders
  set status = 'confirmed',
    payment_status = 'paid',
    number = numbered.last_number,
    reference = stores.order_prefix || numbered.last_number,
    confirmed_at = now(),
    cancelled_at = null,
    cancel_reason = null
  from numbered
  join public.stores on stores.id = numbered.store_id
  where orders.id = any (order_ids) and orders.store_id = numbered.store_id;
end;
$$;
comment on function private.number_orders(uuid[]) is
  'Confirms paid orders of one checkout and gives each the next number of its store, last of all, because the counters stay locked until commit.';
