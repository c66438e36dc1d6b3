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
        or (coupons.is_first_order_only and exists (
          select from public.orders
          where orders.customer_id = coupon_redemptions.user_id
            and orders.status <> 'cancelled'
            and (coupons.store_id is null or orders.store_id = coupons.store_id)
        ))
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

create function private.is_stale(payment public.payments, status text, charge_id text, occurred_at timestamptz) returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
  -- The provider tells whole seconds. Within one, a charge that failed does not go on, and one under way asks nothing more.
  return status not in ('succeeded', 'canceled') and (
    date_trunc('second', occurred_at) < date_trunc('second', payment.reported_at)
    or (
      date_trunc('second', occurred_at) = date_trunc('second', payment.reported_at)
      and (
        (payment.status = 'failed' and status = 'processing' and payment.charge_id = is_stale.charge_id)
        or (payment.status = 'processing' and status = 'requires_action')
      )
    )
  );
end;
$$;
comment on function private.is_stale(public.payments, text, text, timestamptz) is
  'Whether this status of a payment is older than the one we know: events come in any order. Final ones are never stale.';

create function private.apply_intent(fact jsonb, occurred_at timestamptz) returns jsonb
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

  -- A try that comes to nothing may end the checkout, whose lines go back into the cart: that is locked first of all.
  if v_status in ('failed', 'canceled') then
    perform private.lock_carts_of(array[v_payment.user_id]);
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
  if private.is_stale(v_payment, v_status, fact ->> 'charge_id', occurred_at) then
    return jsonb_build_object('outcome', 'ignored');
  end if;

  v_told_failure := v_payment.told_failure;
  update public.payments
  set status = v_status,
    told_failure = case when v_status = 'failed' then private.payment_failure_key(fact) else payments.told_failure end,
    reported_at = greatest(payments.reported_at, occurred_at),
    provider_payment_id = v_intent_id,
    captured_amount = case when v_status = 'succeeded' then payments.amount else 0 end,
    charge_id = coalesce(fact ->> 'charge_id', payments.charge_id),
    failure_code = case when v_status = 'failed' then fact ->> 'failure_code' end,
    failure_message = case when v_status = 'failed' then fact ->> 'failure_message' end
  where payments.id = v_payment.id
  returning * into v_payment;

  if v_status in ('failed', 'canceled') then
    -- A debit that came to nothing after its hold was over leaves no time for another try.
    perform private.end_overdue_checkouts(array[v_payment.checkout_id]);
  end if;
  if v_status = 'succeeded' then
    v_refund_ids := private.settle_checkout(v_payment.checkout_id);
  elsif v_status = 'failed' and v_payment.told_failure is distinct from v_told_failure then
    perform private.tell_payment_failed(v_payment);
  end if;
  return jsonb_build_object('outcome', 'applied', 'refund_ids', to_jsonb(v_refund_ids));
end;
$$;
comment on function private.apply_intent(jsonb, timestamptz) is 'Takes what an event says about a payment. Returns {outcome, refund_ids}.';

-- What was left of a payment, by order. Somebody at the provider, or the customer's bank, takes from the payment; whose order
-- it was for nobody says, except that all of it is all of each.
create function private.parts_of_payment(payment public.payments)
returns table (order_id uuid, store_id uuid, customer_id uuid, left_amount bigint, unsent_amount bigint)
language plpgsql stable
security definer -- nobody holds a write grant on what this is asked for
set search_path = ''
as $$
begin
  return query
  select
    orders.id, orders.store_id, orders.customer_id,
    orders.total_amount - orders.refunded_amount - orders.refunding_amount,
    (
      select coalesce(sum(refunds.amount), 0)::bigint from public.refunds
      where refunds.order_id = orders.id and refunds.payment_id = payment.id and refunds.status = 'approved'
    )
  from public.orders
  where orders.checkout_id = payment.checkout_id and orders.payment_status <> 'unpaid' and orders.total_amount > 0
  order by orders.id;
  if found then
    return;
  end if;
  -- It came too late: no order stands for it.
  return query
  select
    null::uuid, null::uuid, payment.user_id,
    payment.captured_amount - payment.refunded_amount - payment.refunding_amount,
    (
      select coalesce(sum(refunds.amount), 0)::bigint from public.refunds
      where refunds.payment_id = payment.id and refunds.status = 'approved'
    );
end;
$$;
comment on function private.parts_of_payment(public.payments) is
  'The orders that a payment stands for, in the order of their ids: what is left of each, and what of its refunds was approved '
  'but not sent. One row without an order for a payment that came too late. Amounts in minor units.';

create function private.shares_of_payment(payment public.payments, taken_amount bigint)
returns table (order_id uuid, store_id uuid, customer_id uuid, amount bigint)
language plpgsql stable
security definer -- nobody holds a write grant on what this is asked for
set search_path = ''
as $$
declare
  v_order_ids uuid[];
  v_store_ids uuid[];
  v_customer_ids uuid[];
  v_weights bigint[];
  v_step bigint := private.money_step(payment.currency);
begin
  -- Only when it takes more than what nobody was promised, promises that were not sent yet count as left, too.
  select
    array_agg(part.order_id), array_agg(part.store_id), array_agg(part.customer_id),
    array_agg(part.left_amount + case when part.is_short then part.unsent_amount else 0 end)
  into v_order_ids, v_store_ids, v_customer_ids, v_weights
  from (
    select parts.*, shares_of_payment.taken_amount > sum(parts.left_amount) over () as is_short
    from private.parts_of_payment(payment) as parts
    order by parts.order_id
  ) as part;
  if shares_of_payment.taken_amount % v_step <> 0 then
    v_step := 1;
  end if;
  return query
  select share.order_id, share.store_id, share.customer_id, share.amount
  from unnest(
    v_order_ids, v_store_ids, v_customer_ids,
    private.allocate(
      least(shares_of_payment.taken_amount, (select sum(weight)::bigint from unnest(v_weights) as weight)), v_weights, v_step
    )
  ) as share (order_id, store_id, customer_id, amount)
  where share.amount > 0;
end;
$$;
comment on function private.shares_of_payment(public.payments, bigint) is
  'Shares out what was taken from a payment over its orders: by what is left of each, largest remainder, of equal ones the '
  'lowest id. Never more than there is; compare the sum.';

create function private.take_from_order(
  payment public.payments, order_id uuid, amount bigint, origin text, provider_refund_id text
) returns uuid
language plpgsql volatile
security definer -- nobody holds a write grant on refunds
set search_path = ''
as $$
declare
  v_refund public.refunds;
  v_cut bigint;
  v_missing bigint := amount - (
    select parts.left_amount from private.parts_of_payment(payment) as parts
    where parts.order_id is not distinct from take_from_order.order_id
  );
begin
  -- Our own refunds that were not sent yet make room: they give back what is left.
  for v_refund in
    select refunds.* from public.refunds
    where refunds.payment_id = payment.id
      and refunds.order_id is not distinct from take_from_order.order_id
      and refunds.status = 'approved'
    order by refunds.id desc
  loop
    exit when v_missing <= 0;
    v_cut := least(v_missing, v_refund.amount);
    v_missing := v_missing - v_cut;
    if v_cut = v_refund.amount then
      perform private.finish_refund(v_refund.id, false, 'superseded');
    else
      update public.refunds set amount = refunds.amount - v_cut where refunds.id = v_refund.id;
      update public.payments set refunding_amount = payments.refunding_amount - v_cut where payments.id = payment.id;
      update public.orders set refunding_amount = orders.refunding_amount - v_cut where orders.id = v_refund.order_id;
    end if;
  end loop;

  update public.payments set refunding_amount = payments.refunding_amount + take_from_order.amount where payments.id = payment.id;
  update public.orders
  set refunding_amount = orders.refunding_amount + take_from_order.amount
  where orders.id = take_from_order.order_id;
  insert into public.refunds (
    payment_id, order_id, store_id, customer_id, origin, status, currency, amount, provider_refund_id, decided_at
  )
  values (
    payment.id, take_from_order.order_id,
    (select orders.store_id from public.orders where orders.id = take_from_order.order_id),
    payment.user_id, take_from_order.origin, 'processing', payment.currency, take_from_order.amount,
    take_from_order.provider_refund_id, now()
  )
  returning * into v_refund;
  return v_refund.id;
end;
$$;
comment on function private.take_from_order(public.payments, uuid, bigint, text, text) is
  'Records that a part of a locked payment was given back without us, for one of its orders (null: it has none): refunds that '
  'were approved but not sent shrink as far as they must. Returns the refund, which is under way.';

create function private.apply_refund_fact(fact jsonb) returns jsonb
language plpgsql volatile
security definer -- nobody holds a write grant on refunds
set search_path = ''
as $$
declare
  v_provider_refund_id text := fact ->> 'provider_refund_id';
  v_amount bigint := (fact ->> 'amount')::bigint;
  v_payment public.payments;
  v_refund_ids uuid[];
  v_statuses text[];
  v_is_new boolean := false;
begin
  select * into v_payment from public.payments
  where payments.id = coalesce(
    (
      select refunds.payment_id from public.refunds
      where refunds.provider_refund_id = v_provider_refund_id
      limit 1
    ),
    (select named.id from public.payments as named where named.provider_payment_id = fact ->> 'intent_id')
  );
  if v_payment.id is null then
    return jsonb_build_object('outcome', 'ignored');
  end if;
  perform private.lock_checkout(v_payment.checkout_id);
  select * into v_payment from public.payments where payments.id = v_payment.id for no key update;
  if upper(fact ->> 'currency') <> v_payment.currency or fact ->> 'intent_id' <> v_payment.provider_payment_id then
    return jsonb_build_object('outcome', 'mismatch');
  end if;

  v_refund_ids := array(
    select refunds.id from public.refunds where refunds.provider_refund_id = v_provider_refund_id order by refunds.id
  );
  if v_refund_ids = '{}' then
    -- Ours, of which only this event tells that it was made. Metadata can be typed by anyone: it has to fit.
    v_refund_ids := array(
      select refunds.id from public.refunds
      where refunds.id = (fact ->> 'refund_id')::uuid
        and refunds.payment_id = v_payment.id
        and refunds.provider_refund_id is null
        and refunds.amount = v_amount
        and refunds.status in ('approved', 'processing')
    );
  elsif v_amount <> (select sum(refunds.amount) from public.refunds where refunds.id = any (v_refund_ids)) then
    return jsonb_build_object('outcome', 'mismatch');
  end if;

  if v_refund_ids = '{}' then
    -- Made by somebody at the provider's dashboard.
    if fact ->> 'status' in ('failed', 'canceled') then
      return jsonb_build_object('outcome', 'ignored');
    end if;
    if v_payment.status <> 'succeeded' then
      raise sqlstate 'PT409' using
        message = 'The payment''s success is not known yet.', detail = 'payment_not_captured', hint = 'Deliver this event again later.';
    end if;
    if v_amount < 1 or v_amount is distinct from (
      select sum(shares.amount) from private.shares_of_payment(v_payment, v_amount) as shares
    ) then
      return jsonb_build_object('outcome', 'mismatch');
    end if;
    v_is_new := true;
    v_refund_ids := array(
      select private.take_from_order(v_payment, shares.order_id, shares.amount, 'provider', v_provider_refund_id)
      from private.shares_of_payment(v_payment, v_amount) as shares
    );
    perform private.cap_shares(v_payment.id);
  end if;

  v_statuses := array(select refunds.status from public.refunds where refunds.id = any (v_refund_ids) order by refunds.id);
  perform private.attach_refund(refund.id, v_provider_refund_id, fact ->> 'status', fact ->> 'failure_reason')
  from unnest(v_refund_ids) as refund (id);
  if exists (select from public.refunds where refunds.id = any (v_refund_ids) and refunds.origin = 'provider') then
    perform private.cancel_refunded_orders(v_payment.checkout_id);
  end if;
  if not v_is_new
    and v_statuses = array(select refunds.status from public.refunds where refunds.id = any (v_refund_ids) order by refunds.id)
  then
    return jsonb_build_object('outcome', 'ignored');
  end if;
  return jsonb_build_object('outcome', 'applied');
end;
$$;
comment on function private.apply_refund_fact(jsonb) is
  'Takes what an event says about a refund. One made at the provider''s dashboard is shared out over the orders of its payment, '
  'and an unsent order of which nothing is left is cancelled. Returns {outcome}. Errors: payment_not_captured.';

create function private.tell_of_dispute(dispute public.disputes) returns void
language plpgsql volatile
security definer -- writes notifications and alerts, which no client may write
set search_path = ''
as $$
declare
  v_title text := case
    when dispute.status = 'lost' then 'A disputed payment was lost'
    when dispute.closed_at is not null then 'A disputed payment stays with you'
    when dispute.status like 'warning%' then 'A bank asks about a payment'
    else 'A customer disputes a payment'
  end;
begin
  perform private.raise_alert(
    'payment_disputed',
    format('Payment %s: dispute %s over %s %s (%s) is %s.', dispute.payment_id, dispute.provider_dispute_id, dispute.amount,
      dispute.currency, dispute.reason, dispute.status),
    jsonb_build_object(
      'dispute_id', dispute.id, 'payment_id', dispute.payment_id, 'provider_dispute_id', dispute.provider_dispute_id,
      'status', dispute.status, 'amount', dispute.amount, 'currency', dispute.currency, 'reason', dispute.reason,
      'evidence_due_at', dispute.evidence_due_at
    )
  );
  insert into public.notifications (user_id, kind, title, data)
  select
    store_members.user_id, 'payment_disputed', v_title,
    jsonb_build_object(
      'dispute_id', dispute.id, 'order_id', dispute_shares.order_id, 'store_id', dispute_shares.store_id,
      'status', dispute.status, 'reason', dispute.reason, 'amount', dispute_shares.amount, 'currency', dispute.currency,
      'evidence_due_at', dispute.evidence_due_at
    )
  from public.dispute_shares
  join public.store_members
    on store_members.store_id = dispute_shares.store_id and store_members.role in ('owner', 'manager')
  where dispute_shares.dispute_id = dispute.id;
end;
$$;
comment on function private.tell_of_dispute(public.disputes) is
  'Tells the platform''s admins, and the owners and managers of the stores concerned, how a dispute stands.';

create function private.cap_shares(payment_id uuid) returns void
language plpgsql volatile
security definer -- nobody holds a write grant on disputes
set search_path = ''
as $$
begin
  update public.dispute_shares
  set amount = least(dispute_shares.amount, parts.left_amount + parts.unsent_amount)
  from public.disputes
  join public.payments on payments.id = disputes.payment_id
  cross join lateral private.parts_of_payment(payments) as parts
  where disputes.payment_id = cap_shares.payment_id
    and disputes.status in ('warning_needs_response', 'warning_under_review', 'needs_response', 'under_review')
    and dispute_shares.dispute_id = disputes.id
    and dispute_shares.order_id = parts.order_id
    and dispute_shares.amount > parts.left_amount + parts.unsent_amount;
  update public.disputes
  set excess_amount = disputes.amount - part.amount
  from (
    select dispute_shares.dispute_id, sum(dispute_shares.amount) as amount
    from public.dispute_shares
    group by dispute_shares.dispute_id
  ) as part
  where disputes.payment_id = cap_shares.payment_id
    and part.dispute_id = disputes.id
    and disputes.excess_amount <> disputes.amount - part.amount;
end;
$$;
comment on function private.cap_shares(uuid) is
  'Refunds may be told of after the dispute that they came before: the shares of open disputes of this locked payment become '
  'no more than there is, the rest is excess.';

create function private.lose_dispute(dispute public.disputes) returns void
language plpgsql volatile
security definer -- nobody holds a write grant on refunds
set search_path = ''
as $$
declare
  v_payment public.payments;
  v_share record;
begin
  for v_share in
    select dispute_shares.order_id, dispute_shares.amount from public.dispute_shares
    where dispute_shares.dispute_id = dispute.id and dispute_shares.amount > 0
    union all
    -- A payment that came too late: no order has a share.
    select null, shares.amount from public.payments
    cross join lateral private.shares_of_payment(payments, dispute.amount) as shares
    where payments.id = dispute.payment_id and shares.order_id is null
    order by order_id
  loop
    select * into v_payment from public.payments where payments.id = dispute.payment_id;
    perform private.finish_refund(
      private.take_from_order(v_payment, v_share.order_id, v_share.amount, 'dispute', dispute.provider_dispute_id), true, null
    );
  end loop;
  update public.disputes
  set excess_amount = disputes.amount - (
    select coalesce(sum(refunds.amount), 0) from public.refunds where refunds.provider_refund_id = dispute.provider_dispute_id
  )
  where disputes.id = dispute.id;
  perform private.cancel_refunded_orders(payments.checkout_id) from public.payments where payments.id = dispute.payment_id;
end;
$$;
comment on function private.lose_dispute(public.disputes) is
  'The money of a dispute of a locked payment is gone: its shares become refunds that succeeded, unsent orders of which nothing '
  'is left are cancelled.';

create function private.apply_dispute(fact jsonb) returns jsonb
language plpgsql volatile
security definer -- nobody holds a write grant on disputes
set search_path = ''
as $$
declare
  -- Each may follow any before it, whatever the order of the events.
  v_course text[] := array[
    'warning_needs_response', 'warning_under_review', 'needs_response', 'under_review', 'warning_closed', 'prevented', 'lost', 'won'
  ];
  v_status text := fact ->> 'status';
  v_amount bigint := (fact ->> 'amount')::bigint;
  v_payment public.payments;
  v_known public.disputes;
  v_dispute public.disputes;
begin
  select * into v_payment from public.payments where payments.provider_payment_id = fact ->> 'intent_id';
  if v_payment.id is null then
    return jsonb_build_object('outcome', 'mismatch');
  end if;
  perform private.lock_checkout(v_payment.checkout_id);
  select * into v_payment from public.payments where payments.id = v_payment.id for no key update;
  if v_payment.status <> 'succeeded' then
    raise sqlstate 'PT409' using
      message = 'The payment''s success is not known yet.', detail = 'payment_not_captured', hint = 'Deliver this event again later.';
  end if;
  select * into v_known from public.disputes where disputes.provider_dispute_id = fact ->> 'dispute_id' for no key update;
  if fact ->> 'dispute_id' is null
    or v_known.payment_id <> v_payment.id
    or upper(fact ->> 'currency') is distinct from v_payment.currency
    or array_position(v_course, v_status) is null
    or coalesce(v_amount, 0) < 1
  then
    return jsonb_build_object('outcome', 'mismatch');
  end if;
  if array_position(v_course, v_status) <= array_position(v_course, v_known.status) then
    return jsonb_build_object('outcome', 'ignored');
  end if;

  if v_status = 'lost' then
    -- What the bank takes is what it announced, as far as it is still there.
    perform private.cap_shares(v_payment.id);
  end if;
  insert into public.disputes (
    payment_id, provider_dispute_id, status, currency, amount, excess_amount, reason, evidence_due_at, closed_at
  )
  values (
    v_payment.id, fact ->> 'dispute_id', v_status, v_payment.currency, v_amount,
    v_amount - (select coalesce(sum(shares.amount), 0) from private.shares_of_payment(v_payment, v_amount) as shares),
    coalesce(fact ->> 'reason', 'general'), (fact ->> 'evidence_due_at')::timestamptz,
    case when v_status in ('warning_closed', 'prevented', 'lost', 'won') then now() end
  )
  on conflict (provider_dispute_id) do update
  set status = excluded.status, evidence_due_at = excluded.evidence_due_at, closed_at = excluded.closed_at
  returning * into v_dispute;
  if v_known.id is null then
    insert into public.dispute_shares (dispute_id, order_id, store_id, status, reason, currency, amount)
    select v_dispute.id, shares.order_id, shares.store_id, v_status, v_dispute.reason, v_dispute.currency, shares.amount
    from private.shares_of_payment(v_payment, v_amount) as shares
    where shares.order_id is not null;
  else
    update public.dispute_shares set status = v_status where dispute_shares.dispute_id = v_dispute.id;
  end if;

  if v_status = 'lost' then
    perform private.lose_dispute(v_dispute);
  elsif v_known.status = 'lost' then
    -- Won after all: the money is back.
    perform private.finish_refund(refunds.id, false, 'dispute_won')
    from public.refunds
    where refunds.provider_refund_id = v_dispute.provider_dispute_id and refunds.status = 'succeeded';
  end if;
  -- A bank that has begun to look into it is no news.
  if v_known.id is null or v_dispute.closed_at is not null or v_known.status like 'warning%' then
    perform private.tell_of_dispute(v_dispute);
  end if;
  return jsonb_build_object('outcome', 'applied');
end;
$$;
comment on function private.apply_dispute(jsonb) is
  'Takes what an event says about a dispute: recorded, shared out over the orders of its payment, and, once lost, taken from '
  'them. Returns {outcome}. Errors: payment_not_captured.';

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
    v_result := private.apply_intent(fact, occurred_at);
  elsif fact ->> 'kind' = 'refund' then
    v_result := private.apply_refund_fact(fact);
  elsif fact ->> 'kind' = 'dispute' then
    v_result := private.apply_dispute(fact);
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
