-- What must hold whatever happened: crashes, races, events in any order. One row for each violation; no row is the
-- only good answer. Operators run it, a job does every night, and the tests do after every race and fault. It reads
-- whole tables.
create or replace function private.check_invariants() returns table (rule text, subject text, detail text)
language plpgsql stable
security definer -- looks at everything
set search_path = ''
as $$
begin
  return query
  select 'stock_equals_ledger', stock_levels.variant_id::text,
    format('on_hand %s, moves %s', stock_levels.on_hand, coalesce(ledger.quantity, 0))
  from public.stock_levels
  left join (
    select stock_moves.variant_id, sum(stock_moves.quantity) as quantity
    from public.stock_moves
    group by stock_moves.variant_id
  ) as ledger on ledger.variant_id = stock_levels.variant_id
  where stock_levels.on_hand <> coalesce(ledger.quantity, 0);

  return query
  select 'reserved_equals_reservations', stock_levels.variant_id::text,
    format('reserved %s, active reservations %s', stock_levels.reserved, coalesce(held.quantity, 0))
  from public.stock_levels
  left join (
    select stock_reservations.variant_id, sum(stock_reservations.quantity) as quantity
    from public.stock_reservations
    where stock_reservations.status = 'active'
    group by stock_reservations.variant_id
  ) as held on held.variant_id = stock_levels.variant_id
  where stock_levels.reserved <> coalesce(held.quantity, 0) or stock_levels.reserved > stock_levels.on_hand;

  return query
  select 'listed_as_its_product', owned.id::text, format('%s of product %s', owned.kind, owned.product_id)
  from (
    select 'option' as kind, product_options.id, product_options.product_id, product_options.is_listed
    from public.product_options
    union all
    select 'variant', product_variants.id, product_variants.product_id, product_variants.is_listed
    from public.product_variants
    union all
    select 'picture', product_media.id, product_media.product_id, product_media.is_listed from public.product_media
  ) as owned
  join public.products on products.id = owned.product_id
  where products.is_listed <> owned.is_listed;

  return query
  select 'reservation_belongs_to_pending_order', stock_reservations.order_id::text,
    format('%s, order %s', stock_reservations.status, orders.status)
  from public.stock_reservations
  join public.orders on orders.id = stock_reservations.order_id
  where (stock_reservations.status = 'active') <> (orders.status = 'pending')
    or (
      stock_reservations.status = 'active'
      and stock_reservations.expires_at < now() - interval '15 minutes'
      -- A bank debit on its way holds the stock for days.
      and not exists (
        select from public.payments where payments.checkout_id = orders.checkout_id and payments.status = 'processing'
      )
    );

  return query
  select 'sold_equals_lines', orders.id::text,
    format('variant %s: lines %s, moves %s', line.variant_id, line.quantity, coalesce(move.quantity, 0))
  from public.orders
  join lateral (
    select order_lines.variant_id, sum(order_lines.quantity - coalesce(back.quantity, 0)) as quantity
    from public.order_lines
    left join (
      select refund_lines.order_line_id, sum(refund_lines.restocked_quantity) as quantity
      from public.refund_lines
      group by refund_lines.order_line_id
    ) as back on back.order_line_id = order_lines.id
    where order_lines.order_id = orders.id
    group by order_lines.variant_id
  ) as line on true
  left join (
    select stock_moves.reference_id, stock_moves.variant_id, -sum(stock_moves.quantity) as quantity
    from public.stock_moves
    where stock_moves.reason in ('sale', 'return')
    group by stock_moves.reference_id, stock_moves.variant_id
  ) as move on move.reference_id = orders.id and move.variant_id = line.variant_id
  where coalesce(move.quantity, 0) <> case when orders.status in ('pending', 'cancelled') then 0 else line.quantity end;

  return query
  select 'order_equals_lines', orders.id::text, format('order %s, lines %s', orders.total_amount, line.total_amount)
  from public.orders
  left join (
    select
      order_lines.order_id, sum(order_lines.quantity) as quantity, sum(order_lines.subtotal_amount) as subtotal_amount,
      sum(order_lines.discount_amount) as discount_amount, sum(order_lines.tax_amount) as tax_amount,
      sum(order_lines.included_tax_amount) as included_tax_amount, sum(order_lines.total_amount) as total_amount,
      bool_and(
        order_lines.store_id = owner.store_id
        and coalesce(order_lines.customer_id = owner.customer_id, owner.customer_id is null)
      ) as is_consistent
    from public.order_lines
    join public.orders as owner on owner.id = order_lines.order_id
    group by order_lines.order_id
  ) as line on line.order_id = orders.id
  where (
      line.quantity, line.subtotal_amount, line.discount_amount, line.tax_amount, line.included_tax_amount,
      line.total_amount + orders.shipping_amount, line.is_consistent
    ) is distinct from (
      orders.item_count::bigint, orders.subtotal_amount::numeric, orders.discount_amount::numeric,
      orders.tax_amount::numeric,
      orders.included_tax_amount::numeric, orders.total_amount::numeric, true
    );

  return query
  select 'checkout_equals_orders', checkouts.id::text,
    format('checkout %s, orders %s', checkouts.total_amount, part.total_amount)
  from public.checkouts
  left join (
    select orders.checkout_id, sum(orders.total_amount) as total_amount, count(distinct orders.currency) as currencies,
      count(distinct orders.store_id) = count(*) as is_one_per_store
    from public.orders
    group by orders.checkout_id
  ) as part on part.checkout_id = checkouts.id
  where part.total_amount is distinct from checkouts.total_amount or part.currencies <> 1 or not part.is_one_per_store;

  return query
  select 'checkout_status_fits_orders', checkouts.id::text,
    format('checkout %s, order %s %s', checkouts.status, orders.id, orders.status)
  from public.checkouts
  join public.orders on orders.checkout_id = checkouts.id
  where (checkouts.status = 'pending') <> (orders.status = 'pending')
    or (checkouts.status in ('expired', 'cancelled', 'refunded') and orders.status <> 'cancelled');

  return query
  select 'card_order_is_captured', orders.id::text, format('%s and %s', orders.status, orders.payment_status)
  from public.orders
  where orders.payment_method = 'card'
    and orders.payment_status <> 'unpaid'
    and orders.total_amount > 0
    and not exists (
      select from public.payments
      join public.checkouts on checkouts.id = payments.checkout_id
      where payments.checkout_id = orders.checkout_id
        and payments.status = 'succeeded'
        and payments.captured_amount = checkouts.total_amount
        and payments.currency = orders.currency
    );

  return query
  select 'captured_is_ordered_or_refunded', payments.id::text, format('captured %s', payments.captured_amount)
  from public.payments
  join public.checkouts on checkouts.id = payments.checkout_id
  where payments.status = 'succeeded'
    and payments.provider = 'stripe'
    and not (
      checkouts.status = 'paid'
      or (checkouts.status = 'refunded' and exists (
        select from public.refunds where refunds.payment_id = payments.id
      ))
    );

  return query
  select 'payment_equals_refunds', payments.id::text,
    format(
      'refunding %s of %s, refunded %s of %s', payments.refunding_amount, part.refunding, payments.refunded_amount,
      part.refunded
    )
  from public.payments
  cross join lateral (
    select
      coalesce(sum(refunds.amount) filter (where refunds.status in ('approved', 'processing')), 0) as refunding,
      coalesce(sum(refunds.amount) filter (where refunds.status = 'succeeded'), 0) as refunded
    from public.refunds
    where refunds.payment_id = payments.id
  ) as part
  where payments.refunding_amount <> part.refunding or payments.refunded_amount <> part.refunded
    or part.refunding + part.refunded > payments.captured_amount;

  return query
  select 'order_equals_refunds', orders.id::text,
    format(
      'refunding %s of %s, refunded %s of %s', orders.refunding_amount, part.refunding, orders.refunded_amount,
      part.refunded
    )
  from public.orders
  cross join lateral (
    select
      coalesce(sum(refunds.amount) filter (where refunds.status in ('approved', 'processing')), 0) as refunding,
      coalesce(sum(refunds.amount) filter (where refunds.status = 'succeeded'), 0) as refunded
    from public.refunds
    where refunds.order_id = orders.id
  ) as part
  where orders.refunding_amount <> part.refunding or orders.refunded_amount <> part.refunded
    or (orders.payment_status = 'refunded') <> (part.refunded = orders.total_amount and part.refunded > 0)
    or (orders.payment_status = 'partially_refunded') <> (part.refunded > 0 and part.refunded < orders.total_amount);

  return query
  select 'payment_equals_orders', payments.id::text,
    format(
      'refunding %s of %s, refunded %s of %s', payments.refunding_amount, part.refunding, payments.refunded_amount,
      part.refunded
    )
  from public.payments
  cross join lateral (
    select sum(orders.refunding_amount) as refunding, sum(orders.refunded_amount) as refunded
    from public.orders
    where orders.checkout_id = payments.checkout_id
      and orders.payment_status <> 'unpaid'
      and payments.provider = 'stripe'
  ) as part
  where payments.refunding_amount <> part.refunding or payments.refunded_amount <> part.refunded;

  return query
  select 'pieces_equal_refunds', order_lines.id::text,
    format('refunded %s, refunds %s', order_lines.refunded_quantity, coalesce(part.quantity, 0))
  from public.order_lines
  left join (
    select refund_lines.order_line_id, sum(refund_lines.quantity) as quantity
    from public.refund_lines
    join public.refunds on refunds.id = refund_lines.refund_id
    where refunds.status in ('approved', 'processing', 'succeeded')
    group by refund_lines.order_line_id
  ) as part on part.order_line_id = order_lines.id
  where order_lines.refunded_quantity <> coalesce(part.quantity, 0);

  return query
  select 'dispute_equals_shares', disputes.id::text,
    format(
      'dispute %s, shares %s, excess %s, taken %s', disputes.amount, part.amount, disputes.excess_amount,
      taken.amount
    )
  from public.disputes
  cross join lateral (
    select
      coalesce(sum(dispute_shares.amount), 0) as amount,
      coalesce(bool_and((dispute_shares.status, dispute_shares.reason, dispute_shares.store_id)
        = (disputes.status, disputes.reason, orders.store_id)), true) as is_consistent
    from public.dispute_shares
    join public.orders on orders.id = dispute_shares.order_id
    where dispute_shares.dispute_id = disputes.id
  ) as part
  cross join lateral (
    select coalesce(sum(refunds.amount) filter (where refunds.status = 'succeeded'), 0) as amount
    from public.refunds
    where refunds.provider_refund_id = disputes.provider_dispute_id
  ) as taken
  where not part.is_consistent
    -- A payment that came too late has no order that could bear a share.
    or part.amount + disputes.excess_amount <> disputes.amount and exists (
      select from public.payments
      join public.orders on orders.checkout_id = payments.checkout_id
      where payments.id = disputes.payment_id and orders.payment_status <> 'unpaid'
    )
    or taken.amount <> case when disputes.status = 'lost' then disputes.amount - disputes.excess_amount else 0 end;

  return query
  select 'coupon_equals_redemptions', coupons.id::text,
    format('used %s, redemptions %s', coupons.used_count, count(coupon_redemptions.id))
  from public.coupons
  left join public.coupon_redemptions
    on coupon_redemptions.coupon_id = coupons.id and coupon_redemptions.status = 'active'
  group by coupons.id
  having coupons.used_count <> count(coupon_redemptions.id) or coupons.used_count > coupons.usage_limit;

  return query
  select 'coupon_per_customer', coupons.id::text, format('customer %s: %s uses', coupon_redemptions.user_id, count(*))
  from public.coupons
  join public.coupon_redemptions on coupon_redemptions.coupon_id = coupons.id and coupon_redemptions.status = 'active'
  where coupon_redemptions.user_id is not null
  group by coupons.id, coupon_redemptions.user_id
  having count(*) > coupons.per_customer_limit;

  return query
  select 'history_has_no_gap', step.order_id::text, format('%s after %s', step.from_status, step.previous_status)
  from (
    select
      order_events.order_id, order_events.from_status, order_events.to_status,
      lag(order_events.to_status) over history as previous_status,
      lead(order_events.id) over history is null as is_last
    from public.order_events
    where order_events.kind = 'status'
    window history as (partition by order_events.order_id order by order_events.id)
  ) as step
  left join public.orders on orders.id = step.order_id
  where step.from_status is distinct from step.previous_status
    or (step.is_last and step.to_status is distinct from orders.status);

  return query
  select 'history_exists', orders.id::text, orders.status
  from public.orders
  where not exists (
    select from public.order_events where order_events.order_id = orders.id and order_events.kind = 'status'
  );

  return query
  select 'numbers_have_no_gap', numbered.store_id::text,
    format('%s numbers, highest %s, counter %s', numbered.given, numbered.highest, order_numbers.last_number)
  from (
    select orders.store_id, count(orders.number) as given, max(orders.number) as highest, min(orders.number) as lowest
    from public.orders
    where orders.number is not null
    group by orders.store_id
  ) as numbered
  left join private.order_numbers on order_numbers.store_id = numbered.store_id
  where numbered.given <> numbered.highest
    or numbered.lowest <> 1
    or order_numbers.last_number is distinct from numbered.highest;

  return query
  select 'confirmed_is_announced', orders.id::text, orders.status
  from public.orders
  where orders.confirmed_at > now() - interval '7 days'
    and orders.confirmed_at >= (select min(outbox.created_at) from private.outbox)
    and not exists (
      select from private.outbox
      where outbox.template = 'order_placed_store' and outbox.payload ->> 'order_id' = orders.id::text
    );

  return query
  select 'answer_exists', idempotency_keys.key, idempotency_keys.response ->> 'checkout_id'
  from private.idempotency_keys
  where idempotency_keys.verb = 'checkout'
    and not exists (
      select from public.checkouts
      where checkouts.id = (idempotency_keys.response ->> 'checkout_id')::uuid
        -- A customer who deleted the account has left orders behind that name nobody.
        and coalesce(checkouts.user_id = idempotency_keys.actor, true)
    );

  return query
  select * from private.check_ledger();
end;
$$;
comment on function private.check_invariants() is
  'One row for everything that must never be: stock and ledger, reservations, totals, payments and refunds, coupon '
  'uses, histories, numbers, messages. Empty is healthy.';
grant execute on function private.check_invariants() to service_role;

create or replace function public.check_invariants() returns table (rule text, subject text, detail text)
language sql stable security invoker
set search_path = ''
as $$ select * from private.check_invariants(); $$;
comment on function public.check_invariants() is
  'Service only. The operator''s probe: one row per violated invariant. Reads whole tables; run it when the shop '
  'is quiet, or on a copy.';
grant execute on function public.check_invariants() to service_role;
