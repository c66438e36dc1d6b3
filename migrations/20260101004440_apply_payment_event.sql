-- Events of the payment provider: delivered at least once, in any order, sometimes never. Each id is taken once, and each
-- effect asks what already happened instead of trusting the order.
alter table private.settings add column payments_are_live boolean;
comment on column private.settings.payments_are_live is
  'Which events of the payment provider are ours: true only live ones, false only those of a test account, null either.';

create function private.settle_checkout(checkout_id uuid) returns uuid[]
language plpgsql volatile
security definer -- nobody holds a write grant on orders
set search_path = ''
as $$
declare
  v_checkout public.checkouts;
  v_payment public.payments;
  v_order_ids uuid[];
  v_refund_id uuid;
begin
  select * into v_checkout from public.checkouts where checkouts.id = settle_checkout.checkout_id;
  select array_agg(orders.id order by orders.id) into v_order_ids
  from public.orders where orders.checkout_id = v_checkout.id;

  if v_checkout.status = 'pending' then
    -- Held until now, so it can be sold, whatever the clock says.
    perform private.end_reservations(v_order_ids, 'sold');
  elsif v_checkout.status <> 'expired' or not private.take_stock_again(v_checkout.id, v_order_ids) then
    -- Paid for nothing: the money goes back by itself. What was cancelled stays cancelled.
    select * into v_payment from public.payments
    where payments.checkout_id = v_checkout.id and payments.order_id is null;
    update public.payments set refunding_amount = payments.refunding_amount + v_payment.amount where payments.id = v_payment.id;
    insert into public.refunds (payment_id, customer_id, origin, status, currency, amount, reason, decided_at)
    values (
      v_payment.id, v_checkout.user_id, 'system', 'approved', v_payment.currency, v_payment.amount,
      'The payment arrived after the order was closed.', now()
    )
    returning id into v_refund_id;
    update public.checkouts set status = 'refunded' where checkouts.id = v_checkout.id;
    perform private.tell_late_payment(v_checkout, v_refund_id);
    return array[v_refund_id];
  end if;

  update public.checkouts set status = 'paid' where checkouts.id = v_checkout.id;
  perform private.number_orders(v_order_ids);
  return '{}';
end;
$$;
comment on function private.settle_checkout(uuid) is
  'A locked checkout''s payment succeeded: confirms its orders; after expiry takes stock again if there is some; else refunds. Returns refunds to issue.';

create function private.take_stock_again(checkout_id uuid, order_ids uuid[]) returns boolean
language plpgsql volatile
security definer -- nobody holds a write grant on stock
set search_path = ''
as $$
begin
  perform private.lock_stock_of(order_ids);
  perform from public.coupons
  where coupons.id in (
    select coupon_redemptions.coupon_id from public.coupon_redemptions
    where coupon_redemptions.checkout_id = take_stock_again.checkout_id
  )
  order by coupons.id
  for no key update;
  if exists (
    select from public.order_lines
    join public.stock_levels on stock_levels.variant_id = order_lines.variant_id
    where order_lines.order_id = any (order_ids)
      and stock_levels.on_hand - stock_levels.reserved < order_lines.quantity
  ) or exists (
    select from public.coupon_redemptions
    join public.coupons on coupons.id = coupon_redemptions.coupon_id
    where coupon_redemptions.checkout_id = take_stock_again.checkout_id
      and (
        coupons.used_count >= coupons.usage_limit
        or coupons.per_customer_limit <= (
          select count(*) from public.coupon_redemptions as others
          where others.coupon_id = coupons.id and others.user_id = coupon_redemptions.user_id and others.status = 'active'
        )
      )
  ) then
    return false;
  end if;

  update public.stock_levels
  set on_hand = stock_levels.on_hand - order_lines.quantity
  from public.order_lines
  where order_lines.order_id = any (order_ids) and stock_levels.variant_id = order_lines.variant_id;
  insert into public.stock_moves (variant_id, store_id, quantity, reason, reference_id)
  select order_lines.variant_id, order_lines.store_id, -order_lines.quantity, 'sale', order_lines.order_id
  from public.order_lines
  where order_lines.order_id = any (order_ids);

  with taken as (
    update public.coupon_redemptions
    set status = 'active'
    where coupon_redemptions.checkout_id = take_stock_again.checkout_id
    returning coupon_redemptions.coupon_id
  )
  update public.coupons set used_count = coupons.used_count + 1
  from taken
  where coupons.id = taken.coupon_id;
  return true;
end;
$$;
comment on function private.take_stock_again(uuid, uuid[]) is
  'For a payment that came after its hold expired: takes stock and coupon uses a second time, all of them or none; says whether it could.';

create function private.apply_intent(fact jsonb) returns jsonb
language plpgsql volatile
security definer -- nobody holds a write grant on payments
set search_path = ''
as $$
declare
  v_intent_id text := fact ->> 'intent_id';
  v_status text := case fact ->> 'status' when 'requires_payment_method' then 'failed' else fact ->> 'status' end;
  v_payment public.payments;
  v_told_failure text;
  v_refund_ids uuid[] := '{}';
begin
  select * into v_payment from public.payments where payments.provider_payment_id = v_intent_id;
  if v_payment.id is null then
    select * into v_payment from public.payments
    where payments.id = (fact ->> 'payment_id')::uuid and payments.provider = 'stripe';
  end if;
  if v_payment.id is null then
    return jsonb_build_object('outcome', 'ignored');
  end if;

  -- From the whole to the part; then read again what we now hold.
  perform private.lock_checkout(v_payment.checkout_id);
  select * into v_payment from public.payments where payments.id = v_payment.id for no key update;
  if (fact ->> 'payment_id')::uuid <> v_payment.id
    or (fact ->> 'checkout_id')::uuid <> v_payment.checkout_id
    or v_payment.provider_payment_id <> v_intent_id
    or upper(fact ->> 'currency') <> v_payment.currency
    or (fact ->> 'amount')::bigint <> v_payment.amount
    or (v_status = 'succeeded' and (fact ->> 'amount_received')::bigint is distinct from v_payment.amount)
  then
    -- An earlier attempt that was given up is no contradiction, as long as no money moved.
    if v_status in ('canceled', 'failed') then
      return jsonb_build_object('outcome', 'ignored');
    end if;
    return jsonb_build_object('outcome', 'mismatch');
  end if;
  -- `succeeded` wins over everything and never goes back, whatever arrives after it; a given-up payment stays given up.
  if v_payment.status = 'succeeded'
    or (
      v_payment.status = v_status and v_payment.provider_payment_id is not null
      and (v_status <> 'failed' or v_payment.told_failure = private.payment_failure_key(fact))
    )
    or (v_payment.status = 'canceled' and v_status <> 'succeeded')
  then
    return jsonb_build_object('outcome', 'ignored');
  end if;

  v_told_failure := v_payment.told_failure;
  update public.payments
  set status = v_status,
    told_failure = case when v_status = 'failed' then private.payment_failure_key(fact) else payments.told_failure end,
    provider_payment_id = v_intent_id,
    captured_amount = case when v_status = 'succeeded' then payments.amount else 0 end,
    charge_id = coalesce(fact ->> 'charge_id', payments.charge_id),
    failure_code = case when v_status = 'failed' then fact ->> 'failure_code' end,
    failure_message = case when v_status = 'failed' then fact ->> 'failure_message' end
  where payments.id = v_payment.id
  returning * into v_payment;

  if v_status = 'succeeded' then
    v_refund_ids := private.settle_checkout(v_payment.checkout_id);
  elsif v_status = 'failed' and v_payment.told_failure is distinct from v_told_failure then
    perform private.tell_payment_failed(v_payment);
  end if;
  return jsonb_build_object('outcome', 'applied', 'refund_ids', to_jsonb(v_refund_ids));
end;
$$;
comment on function private.apply_intent(jsonb) is 'Takes what an event says about a payment. Returns {outcome, refund_ids}.';

create function private.apply_refund_fact(fact jsonb) returns jsonb
language plpgsql volatile
security definer -- nobody holds a write grant on refunds
set search_path = ''
as $$
declare
  v_refund public.refunds;
  v_payment public.payments;
  v_order public.orders;
  v_amount bigint := (fact ->> 'amount')::bigint;
  v_other uuid;
begin
  select * into v_refund from public.refunds where refunds.provider_refund_id = fact ->> 'provider_refund_id';
  if v_refund.id is null then
    select * into v_refund from public.refunds where refunds.id = (fact ->> 'refund_id')::uuid;
  end if;

  if v_refund.id is null then
    -- Made by somebody at the provider's dashboard.
    select * into v_payment from public.payments where payments.provider_payment_id = fact ->> 'intent_id';
    if v_payment.id is null or fact ->> 'status' in ('failed', 'canceled') then
      return jsonb_build_object('outcome', 'ignored');
    end if;
    perform private.lock_checkout(v_payment.checkout_id);
    select * into v_payment from public.payments where payments.id = v_payment.id for no key update;
    if upper(fact ->> 'currency') <> v_payment.currency then
      return jsonb_build_object('outcome', 'mismatch');
    end if;
    if v_payment.status <> 'succeeded' then
      raise sqlstate 'PT409' using
        message = 'The payment''s success is not known yet.', detail = 'payment_not_captured', hint = 'Deliver this event again later.';
    end if;
    -- What they gave back is gone: our own refunds that were not sent yet make room for it.
    for v_other in
      select refunds.id from public.refunds
      where refunds.payment_id = v_payment.id and refunds.status = 'approved'
      order by refunds.id desc
    loop
      exit when v_amount <= v_payment.captured_amount - v_payment.refunded_amount - v_payment.refunding_amount;
      perform private.finish_refund(v_other, false, 'superseded by a refund made at the provider');
      select * into v_payment from public.payments where payments.id = v_payment.id;
    end loop;
    if v_amount > v_payment.captured_amount - v_payment.refunded_amount - v_payment.refunding_amount or v_amount < 1 then
      return jsonb_build_object('outcome', 'mismatch');
    end if;

    -- Whose order it was for is certain only when the checkout has a single one.
    if (select count(*) from public.orders where orders.checkout_id = v_payment.checkout_id) = 1 then
      select * into v_order from public.orders
      where orders.checkout_id = v_payment.checkout_id
        and orders.payment_status <> 'unpaid'
        and orders.total_amount - orders.refunded_amount - orders.refunding_amount >= v_amount;
    else
      perform private.raise_alert(
        'refund_unassigned',
        format('A refund of %s %s was made at the provider for a checkout with several orders.', v_amount, v_payment.currency),
        jsonb_build_object('checkout_id', v_payment.checkout_id, 'provider_refund_id', fact ->> 'provider_refund_id')
      );
    end if;
    update public.payments set refunding_amount = payments.refunding_amount + v_amount where payments.id = v_payment.id;
    update public.orders set refunding_amount = orders.refunding_amount + v_amount where orders.id = v_order.id;
    insert into public.refunds (
      payment_id, order_id, store_id, customer_id, origin, status, currency, amount, provider_refund_id, decided_at
    )
    values (
      v_payment.id, v_order.id, v_order.store_id, v_payment.user_id, 'provider', 'processing', v_payment.currency, v_amount,
      fact ->> 'provider_refund_id', now()
    )
    returning * into v_refund;
  else
    select * into v_payment from public.payments where payments.id = v_refund.payment_id;
    if v_refund.payment_id is null
      or v_amount <> v_refund.amount
      or upper(fact ->> 'currency') <> v_refund.currency
      or fact ->> 'intent_id' <> v_payment.provider_payment_id
    then
      return jsonb_build_object('outcome', 'mismatch');
    end if;
  end if;

  perform private.attach_refund(v_refund.id, fact ->> 'provider_refund_id', fact ->> 'status', fact ->> 'failure_reason');
  if v_refund.status = (select refunds.status from public.refunds where refunds.id = v_refund.id) and v_refund.origin <> 'provider' then
    return jsonb_build_object('outcome', 'ignored');
  end if;
  return jsonb_build_object('outcome', 'applied');
end;
$$;
comment on function private.apply_refund_fact(jsonb) is
  'Takes what an event says about a refund, also of one made at the provider''s dashboard. Returns {outcome}. Errors: payment_not_captured.';

create function private.apply_payment_event(
  event_id text, event_type text, occurred_at timestamptz, livemode boolean, fact jsonb
) returns jsonb
language plpgsql volatile
security definer -- nobody holds a write grant on what events move
set search_path = ''
as $$
declare
  v_result jsonb := '{"outcome": "ignored"}';
  v_outcome text;
begin
  -- A delivery of the same event at the same time waits here, and then finds it done.
  insert into private.provider_events (id, type, occurred_at, is_live, fact, outcome)
  values (event_id, event_type, occurred_at, livemode, apply_payment_event.fact, 'ignored')
  on conflict (id) do nothing;
  if not found then
    return jsonb_build_object('outcome', 'duplicate', 'refund_ids', '[]'::jsonb);
  end if;

  if fact is null then
    return v_result || jsonb_build_object('refund_ids', '[]'::jsonb);
  end if;
  if livemode <> (select settings.payments_are_live from private.settings) then
    v_result := '{"outcome": "mismatch"}';
  elsif fact ->> 'kind' = 'intent' then
    v_result := private.apply_intent(fact);
  elsif fact ->> 'kind' = 'refund' then
    v_result := private.apply_refund_fact(fact);
  elsif fact ->> 'kind' = 'dispute' then
    perform private.raise_alert(
      'payment_disputed',
      format('A payment of %s %s is disputed: %s.', fact ->> 'amount', fact ->> 'currency', coalesce(fact ->> 'reason', 'no reason given')),
      fact
    );
    v_result := '{"outcome": "applied"}';
  end if;

  v_outcome := v_result ->> 'outcome';
  if v_outcome <> 'ignored' then
    update private.provider_events set outcome = v_outcome where provider_events.id = event_id;
  end if;
  if v_outcome = 'mismatch' then
    perform private.raise_alert(
      'payment_mismatch',
      format('Event %s (%s) does not fit our records; nothing was changed.', event_id, event_type),
      fact || jsonb_build_object('event_id', event_id)
    );
  end if;
  return jsonb_build_object('outcome', v_outcome, 'refund_ids', coalesce(v_result -> 'refund_ids', '[]'));
end;
$$;
comment on function private.apply_payment_event(text, text, timestamptz, boolean, jsonb) is 'See public.apply_payment_event.';
grant execute on function private.apply_payment_event(text, text, timestamptz, boolean, jsonb) to service_role;

create function public.apply_payment_event(
  event_id text, event_type text, occurred_at timestamptz, livemode boolean, fact jsonb default null
) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$
  select private.apply_payment_event(
    apply_payment_event.event_id, apply_payment_event.event_type, apply_payment_event.occurred_at, apply_payment_event.livemode,
    apply_payment_event.fact
  );
$$;
comment on function public.apply_payment_event(text, text, timestamptz, boolean, jsonb) is
  'Service only. Records an event of the payment provider and applies it, once. Returns {outcome: applied | duplicate | ignored | mismatch, refund_ids}. Errors: payment_not_captured (deliver it again later).';
grant execute on function public.apply_payment_event(text, text, timestamptz, boolean, jsonb) to service_role;
