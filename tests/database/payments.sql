-- Card payments, the provider's events, refunds, expiry.
begin;
set local search_path = public, extensions;
select plan(84);
-- include: actors, orders

create function pg_temp.order_by_card(name text, actor text) returns void
language plpgsql
as $$
begin
  perform pg_temp.ask('cart', actor, 'public.add_to_cart({apple}, 1)');
  perform pg_temp.ask(
    order_by_card.name, actor,
    format('public.checkout(%L, ''card'', shipping_address => {address}::jsonb)', gen_random_uuid())
  );
  perform pg_temp.name_value(
    order_by_card.name, (select value ->> 'checkout_id' from answers where answers.name = order_by_card.name)
  );
  perform pg_temp.name_value(
    order_by_card.name || ' order',
    (select value -> 'orders' -> 0 ->> 'id' from answers where answers.name = order_by_card.name)
  );
end;
$$;
create function pg_temp.event(id text, fact jsonb, live boolean default false) returns text
language sql
as $$
  select coalesce(
    pg_temp.ask(
      'event', 'service', format('public.apply_payment_event(%L, ''test'', now(), %L, %L)', id, live, fact)
    ) ->> 'outcome',
    (select value ->> 'error' from answers where name = 'event')
  )
$$;
create function pg_temp.intent(name text, status text, received bigint default null) returns jsonb
language sql
as $$
  select jsonb_build_object(
    'kind', 'intent', 'intent_id', coalesce(payments.provider_payment_id, 'pi_' || payments.id), 'status',
    intent.status, 'amount', payments.amount,
    'amount_received', coalesce(
      received, case when intent.status = 'succeeded' then payments.amount else 0 end
    ), 'currency', payments.currency,
    'payment_id', payments.id, 'checkout_id', payments.checkout_id, 'failure_code', 'card_declined', 'failure_message',
    'Your card was declined.'
  )
  from public.payments
  where payments.checkout_id = (select value::uuid from ids where ids.name = intent.name) and payments.order_id is null
$$;

-- Preparing.
select pg_temp.order_by_card('first', 'customer');
select is(
  (select value ->> 'status' from answers where name = 'first'), 'pending', 'a card order waits for its payment'
);
select is(
  (select (on_hand, reserved)::text from public.stock_levels where variant_id = 'b3000000-0000-4000-8000-000000000001'),
  '(20,1)', 'a card order holds its stock while it waits'
);
select is(
  (select number from public.orders where id = (select value::uuid from ids where name = 'first order')), null,
  'a card order has no number before it is paid'
);
select is(
  pg_temp.attempt('owner', 'select public.cancel_order({first order})'), 'PT409 illegal_status',
  'a store does not cancel an order that was not paid'
);
select is(
  pg_temp.attempt('owner', 'select public.advance_order({first order}, ''processing'')'), 'PT409 illegal_status',
  'a store does not work on an order that was not paid'
);
select is(
  pg_temp.attempt('staff', 'select public.record_cash_payment({first order})'), 'PT409 payment_not_by_cash',
  'a store takes no cash for a card order'
);
select is(
  pg_temp.attempt('visitor', 'select public.prepare_payment({first})'), 'PT401 not_signed_in',
  'a visitor prepares no payment'
);
select is(
  pg_temp.attempt('other customer', 'select public.prepare_payment({first})'), 'PT404 checkout_not_found',
  'another customer does not prepare the payment'
);
select is(
  pg_temp.ask('payment', 'customer', 'public.prepare_payment({first})') ->> 'status', 'pending',
  'the customer prepares the payment'
);
select is(
  (select (value ->> 'amount') || (value ->> 'currency') from answers where name = 'payment'), '1000USD',
  'a payment is of what the checkout costs'
);
select is(
  pg_temp.ask('again', 'customer', 'public.prepare_payment({first})'),
  (select value from answers where name = 'payment'), 'preparing a payment twice is the same payment'
);
select pg_temp.name_value('payment', (select value ->> 'payment_id' from answers where name = 'payment'));
select is(
  pg_temp.attempt('customer', 'select public.attach_payment_intent({payment}, 1, ''pi_1'')'), '42501',
  'a customer attaches no intent'
);
select is(
  pg_temp.attempt('service', 'select public.attach_payment_intent(gen_random_uuid(), 1, ''pi_1'')'),
  'PT404 payment_not_found', 'an intent of an unknown payment is refused'
);
select is(
  pg_temp.ask('x', 'service', 'public.attach_payment_intent({payment}, 1, ''pi_1'')') ->> 'provider_intent_id', 'pi_1',
  'the service attaches the intent'
);
select is(
  pg_temp.attempt('service', 'select public.attach_payment_intent({payment}, 1, ''pi_1'')'), '1',
  'attaching an intent twice attaches it once'
);
select is(
  pg_temp.attempt('service', 'select public.attach_payment_intent({payment}, 1, ''pi_2'')'),
  'PT409 payment_intent_conflict', 'another intent for the same attempt is refused'
);
select is(
  pg_temp.attempt('customer', 'select public.apply_payment_event(''evt'', ''t'', now(), false, null)'), '42501',
  'a customer sends no events of the provider'
);

-- Events.
select is(pg_temp.event('evt_null', null), 'ignored', 'an event of a type that does not concern us is only recorded');
select is(pg_temp.event('evt_null', null), 'duplicate', 'an event that does not concern us is recorded once');
select is(
  pg_temp.event('evt_1', pg_temp.intent('first', 'requires_payment_method')), 'applied',
  'an event of a declined card is applied'
);
select is(
  (
    select status || ' ' || failure_code
    from public.payments
    where id = (select value::uuid from ids where name = 'payment')
  ),
  'failed card_declined', 'a declined card is told in the payment'
);
select is(
  (select count(*) from private.outbox where template = 'payment_failed'), 1::bigint,
  'a declined card is mailed to the customer'
);
select is(
  pg_temp.event('evt_2', pg_temp.intent('first', 'requires_action')), 'applied',
  'another card of the same payment may ask for authentication'
);
select is(
  pg_temp.event('evt_3', pg_temp.intent('first', 'succeeded', 999)), 'mismatch',
  'an event with another amount confirms nothing'
);
update private.settings set payments_are_live = true;
select is(
  pg_temp.event('evt_4', pg_temp.intent('first', 'succeeded')), 'mismatch',
  'a test event where payments are live confirms nothing'
);
update private.settings set payments_are_live = false;
select is(
  pg_temp.event('evt_5', pg_temp.intent('first', 'succeeded')), 'applied', 'an event of a successful payment is applied'
);
select is(
  pg_temp.event('evt_5', pg_temp.intent('first', 'succeeded')), 'duplicate', 'the same event of a payment is taken once'
);
select is(
  pg_temp.event('evt_6', pg_temp.intent('first', 'succeeded')), 'ignored',
  'another event of the same success is taken once'
);
select is(
  pg_temp.event('evt_7', pg_temp.intent('first', 'requires_payment_method')), 'ignored',
  'a late event of a failure takes no success back'
);
select is(
  (
    select status || ' ' || payment_status || ' ' || reference
    from public.orders
    where id = (select value::uuid from ids where name = 'first order')
  ),
  'confirmed paid OL1', 'a paid order is confirmed and numbered'
);
select is(
  (select (on_hand, reserved)::text from public.stock_levels where variant_id = 'b3000000-0000-4000-8000-000000000001'),
  '(19,0)', 'a paid order takes its pieces from the stock'
);
select is(
  pg_temp.ask('x', 'customer', 'public.prepare_payment({first})') ->> 'status', 'succeeded',
  'preparing the payment of a paid checkout answers its result'
);
select is(
  pg_temp.event(
    'evt_8',
    '{"kind": "intent", "intent_id": "pi_x", "status": "succeeded", "amount": 1, "amount_received": 1,
      "currency": "USD", "payment_id": null, "checkout_id": null}'
  ),
  'ignored', 'an event of an unknown intent is ignored'
);
select is(
  pg_temp.event(
    'evt_9',
    '{"kind": "dispute", "dispute_id": "dp_1", "intent_id": "pi_1", "amount": 1000, "currency": "USD",
      "reason": "fraudulent", "status": "needs_response"}'
  ),
  'applied', 'an event of a dispute is applied'
);
select is(
  (
    select count(*) from private.alerts
    where rule = 'payment_disputed' and data ->> 'provider_dispute_id' = 'dp_1'
  ),
  1::bigint, 'a dispute raises an alert'
);
select is(
  pg_temp.event(
    'evt_9b',
    '{"kind": "dispute", "dispute_id": "dp_1", "intent_id": "pi_1", "amount": 1000, "currency": "USD",
      "reason": "fraudulent", "status": "won"}'
  ),
  'applied', 'an event of a dispute that was won is applied'
);
select is(
  (
    select count(*) from private.outbox where template = 'alert' and user_id = 'b0000000-0000-4000-8000-000000000007'
  ) >= 1,
  true, 'a dispute is mailed to the admins'
);

-- Refunds by card.
select is(
  pg_temp.ask('request', 'customer', 'public.request_refund({first order}, amount => 300)') ->> 'status', 'requested',
  'a customer asks for a part of a payment'
);
select pg_temp.name_value('refund', (select value ->> 'id' from answers where name = 'request'));
select is(
  pg_temp.attempt('owner', 'select public.prepare_refund({refund})'), 'PT409 refund_not_approved',
  'a refund is not issued before it is approved'
);
select is(
  pg_temp.ask('x', 'manager', 'public.decide_refund({refund}, true)') ->> 'status', 'approved',
  'a manager approves a refund of a card payment'
);
select is(
  pg_temp.attempt('other customer', 'select public.prepare_refund({refund})'), 'PT404 refund_not_found',
  'a stranger does not issue a refund'
);
select is(
  pg_temp.attempt('staff', 'select public.prepare_refund({refund})'), 'PT403 store_role_required',
  'staff does not issue a refund'
);
select is(
  pg_temp.ask('x', 'manager', 'public.prepare_refund({refund})') ->> 'status', 'pending', 'a manager issues a refund'
);
select is(
  pg_temp.ask('x', 'service', 'public.prepare_refund_for_job({refund})') ->> 'provider_intent_id', 'pi_1',
  'the job issues a refund'
);
select is(
  pg_temp.attempt('service', 'select public.prepare_refund_for_job(gen_random_uuid())'), 'PT404 refund_not_found',
  'the job issues no refund that does not exist'
);
select is((select count(*) from public.list_refunds_to_issue()), 1::bigint, 'the job finds a refund to issue');
select is(
  (select count(*) from public.list_refunds_to_issue()), 0::bigint, 'a refund to issue is found by one job at a time'
);
select is(
  pg_temp.ask('x', 'service', 'public.attach_refund({refund}, ''re_1'', ''pending'')') ->> 'status', 'processing',
  'a refund at which the provider works is processing'
);
select is(
  pg_temp.attempt('service', 'select public.attach_refund({refund}, ''re_1'', ''lost'')'), 'PT422 invalid_status',
  'a refund with an unknown status of the provider is refused'
);
select is(
  pg_temp.attempt('service', 'select public.attach_refund(gen_random_uuid(), ''re_1'', ''pending'')'),
  'PT404 refund_not_found', 'a provider''s refund for a refund that does not exist is refused'
);
select is(
  pg_temp.event(
    'evt_r1',
    '{"kind": "refund", "provider_refund_id": "re_1", "intent_id": "pi_1", "refund_id": null, "amount": 300,
      "currency": "USD", "status": "succeeded", "failure_reason": null}'
  ),
  'applied', 'an event of a refund that succeeded is applied'
);
select is(
  pg_temp.event(
    'evt_r2',
    '{"kind": "refund", "provider_refund_id": "re_1", "intent_id": "pi_1", "refund_id": null, "amount": 300,
      "currency": "USD", "status": "succeeded", "failure_reason": null}'
  ),
  'ignored', 'a second event of the same refund changes nothing'
);
select is(
  (
    select payment_status || ' ' || refunded_amount
    from public.orders
    where id = (select value::uuid from ids where name = 'first order')
  ),
  'partially_refunded 300', 'an order tells how much of its payment was refunded'
);
select is(
  pg_temp.event(
    'evt_r3',
    '{"kind": "refund", "provider_refund_id": "re_1", "intent_id": "pi_1", "refund_id": null, "amount": 299,
      "currency": "USD", "status": "succeeded", "failure_reason": null}'
  ),
  'mismatch', 'an event of a refund with another amount does not fit'
);
select is(
  pg_temp.event(
    'evt_r4',
    '{"kind": "refund", "provider_refund_id": "re_2", "intent_id": "pi_1", "refund_id": null, "amount": 200,
      "currency": "USD", "status": "succeeded", "failure_reason": null}'
  ),
  'applied', 'an event of a refund that was made at the provider is applied'
);
select is(
  (select origin || ' ' || status from public.refunds where provider_refund_id = 're_2'), 'provider succeeded',
  'a refund that was made at the provider becomes ours, with its origin'
);
select is(
  pg_temp.event(
    'evt_r5',
    '{"kind": "refund", "provider_refund_id": "re_3", "intent_id": "pi_1", "refund_id": null, "amount": 501,
      "currency": "USD", "status": "succeeded", "failure_reason": null}'
  ),
  'mismatch', 'an event of a refund beyond what was captured does not fit'
);
select is(
  pg_temp.event(
    'evt_r6',
    '{"kind": "refund", "provider_refund_id": "re_1", "intent_id": "pi_1", "refund_id": null, "amount": 300,
      "currency": "USD", "status": "failed", "failure_reason": "expired_or_canceled_card"}'
  ),
  'applied', 'an event that a refund failed after all is applied'
);
select is(
  (
    select payment_status || ' ' || refunded_amount
    from public.orders
    where id = (select value::uuid from ids where name = 'first order')
  ),
  'partially_refunded 200', 'a refund that failed after all is taken back from the order'
);
select is(
  (select count(*) from private.alerts where rule = 'refund_failed'), 1::bigint,
  'a refund that failed after all raises an alert'
);
select pg_temp.ask('x', 'customer', 'public.cancel_order({first order})');
select is(
  (
    select status || ' ' || amount || ' ' || origin
    from public.refunds
    where order_id = (select value::uuid from ids where name = 'first order')
    order by id desc
    limit 1
  ),
  'approved 800 system', 'cancelling refunds the rest by itself'
);
select pg_temp.name_value(
  'auto',
  (
    select id::text
    from public.refunds
    where order_id = (select value::uuid from ids where name = 'first order')
    order by id desc
    limit 1
  )
);
select is(
  pg_temp.ask('x', 'service', 'public.attach_refund({auto}, null, ''failed'', ''charge_disputed'')') ->> 'status',
  'failed', 'a refund that the provider refuses for good has failed'
);

create function pg_temp.apples() returns integer
language sql
as $$ select on_hand from public.stock_levels where variant_id::text = (select value from ids where name = 'apple') $$;
select pg_temp.name_value('apples', pg_temp.apples()::text);
select pg_temp.ask('once more', 'owner', 'public.request_refund({first order})');
select pg_temp.name_value('once more', (select value ->> 'id' from answers where name = 'once more'));
select is(
  (select sum(quantity) from public.refund_lines where refund_id = (select value::uuid from ids
    where name = 'once more')),
  1::bigint, 'a refund of a cancelled order names its piece'
);
select is(
  pg_temp.ask('x', 'owner', 'public.decide_refund({once more}, true, restock => true)') ->> 'is_restocked', 'false',
  'a refund of a cancelled order does not put its piece back, though the store asks for it'
);
select is(
  pg_temp.apples()::text, (select value from ids where name = 'apples'),
  'the piece of a cancelled order was put back by the cancellation, and is not a second time'
);
select is(
  pg_temp.ask('x', 'service', 'public.attach_refund({once more}, null, ''failed'', ''charge_disputed'')') ->> 'status',
  'failed', 'a refund that the provider refuses for good has failed'
);

-- Expiry, and a second attempt.
select pg_temp.order_by_card('second', 'customer');
select pg_temp.ask('payment', 'customer', 'public.prepare_payment({second})');
select pg_temp.name_value('payment', (select value ->> 'payment_id' from answers where name = 'payment'));
select public.attach_payment_intent((select value::uuid from ids where name = 'payment'), 1, 'pi_s1');
select is(
  pg_temp.event('evt_c1', pg_temp.intent('second', 'canceled')), 'applied', 'an event of a canceled intent is applied'
);
select is(
  pg_temp.ask('x', 'customer', 'public.prepare_payment({second})') ->> 'attempt', '2',
  'a payment after a canceled intent is another attempt'
);
select is(
  pg_temp.event('evt_c2', pg_temp.intent('second', 'canceled') || '{"intent_id": "pi_s1"}'), 'applied',
  'an event of a canceled intent that was never attached is applied'
);
update public.payments set next_check_at = now(), status = 'requires_action'
where id = (select value::uuid from ids where name = 'payment');
select is(
  (select action from public.list_payments_to_reconcile()), 'check', 'an unsettled payment is listed to be looked up'
);
select is(
  (select count(*) from public.list_payments_to_reconcile()), 0::bigint,
  'an unsettled payment is looked up by one job at a time'
);
update public.checkouts set expires_at = now() where id = (select value::uuid from ids where name = 'second');
select is(
  pg_temp.attempt('customer', 'select public.prepare_payment({second})'), 'PT409 checkout_not_payable',
  'a checkout whose time is over cannot be paid'
);
select is(private.expire_checkouts(), 1, 'a checkout whose time is over expires');
select is(private.expire_checkouts(), 0, 'a checkout expires once');
select is(
  (
    select status || ' ' || cancel_reason
    from public.orders
    where id = (select value::uuid from ids where name = 'second order')
  ),
  'cancelled payment_expired', 'the order of an expired checkout is cancelled and says why'
);
select is(
  (select action from public.list_payments_to_reconcile()), 'cancel',
  'the open intent of an expired checkout is listed to be cancelled'
);
select is(
  pg_temp.attempt('customer', 'select public.request_refund({second order})'), 'PT409 order_unpaid',
  'an order that was never paid has nothing to refund'
);

-- Two stores, one payment; nothing to pay; cash.
select pg_temp.ask('cart', 'customer', 'public.add_to_cart({apple}, 1)');
select pg_temp.ask('cart', 'customer', 'public.add_to_cart({cherry}, 1)');
select pg_temp.ask('both', 'customer', 'public.checkout(''both'', ''card'', shipping_address => {address}::jsonb)');
select pg_temp.name_value('both', (select value ->> 'checkout_id' from answers where name = 'both'));
select pg_temp.name_value('both order', (select value -> 'orders' -> 0 ->> 'id' from answers where name = 'both'));
select pg_temp.ask('x', 'customer', 'public.prepare_payment({both})');
select pg_temp.ask('x', 'customer', 'public.cancel_order({both order})');
select is(
  (
    select array_agg(distinct status)
    from public.orders
    where checkout_id = (select value::uuid from ids where name = 'both')
  ),
  array['cancelled'], 'an unpaid checkout is cancelled with all its orders'
);
select is(
  pg_temp.attempt('customer', 'select public.prepare_payment({both})'), 'PT409 checkout_not_payable',
  'a cancelled checkout cannot be paid'
);
insert into public.coupons (code, kind, percent_bps) values ('ALL', 'percentage', 10000);
select pg_temp.ask('cart', 'customer', 'public.add_to_cart({apple}, 1)');
select pg_temp.ask('cart', 'customer', 'public.apply_coupon(''ALL'')');
select is(
  pg_temp.ask(
    'free', 'customer', 'public.checkout(''free'', ''card'', shipping_address => {address}::jsonb)'
  ) ->> 'status',
  'confirmed', 'a checkout with nothing to pay is confirmed at once'
);
select pg_temp.ask('cart', 'customer', 'public.add_to_cart({apple}, 1)');
select pg_temp.ask(
  'cash', 'customer', 'public.checkout(''cash'', ''cash_on_delivery'', shipping_address => {address}::jsonb)'
);
select pg_temp.name_value('cash', (select value ->> 'checkout_id' from answers where name = 'cash'));
select is(
  pg_temp.attempt('customer', 'select public.prepare_payment({cash})'), 'PT409 payment_not_by_card',
  'an order to be paid in cash is not paid by card'
);
select pg_temp.name_value('cash order', (select value -> 'orders' -> 0 ->> 'id' from answers where name = 'cash'));
select pg_temp.ask('x', 'staff', 'public.record_cash_payment({cash order})');
select pg_temp.ask('x', 'owner', 'public.request_refund({cash order}, amount => 100)');
select pg_temp.name_value(
  'cash refund',
  (select id::text from public.refunds where order_id = (select value::uuid from ids where name = 'cash order'))
);
select pg_temp.ask('x', 'owner', 'public.decide_refund({cash refund}, true)');
select is(
  pg_temp.attempt('owner', 'select public.prepare_refund({cash refund})'), 'PT409 payment_not_captured',
  'an order that was paid in cash is not refunded by card'
);
insert into public.coupons (store_id, code, kind, percent_bps)
values ('b1000000-0000-4000-8000-000000000001', 'GIFT', 'percentage', 10000);
insert into public.coupons (store_id, code, kind) values (null, 'POST', 'free_shipping');
select pg_temp.ask('cart', 'customer', 'public.add_to_cart({apple}, 1)');
select pg_temp.ask('cart', 'customer', 'public.add_to_cart({cherry}, 1)');
select pg_temp.ask('cart', 'customer', 'public.apply_coupon(''GIFT'')');
select pg_temp.ask('cart', 'customer', 'public.apply_coupon(''POST'')');
select pg_temp.ask(
  'gift', 'customer', 'public.checkout(''gift'', ''cash_on_delivery'', shipping_address => {address}::jsonb)'
);
select is(
  (
    select array_agg((total_amount > 0)::text || ' ' || payment_status order by store_id)
    from public.orders
    where checkout_id = (select (value ->> 'checkout_id')::uuid from answers where name = 'gift')
  ),
  array['false paid', 'true unpaid'], 'an order that costs nothing waits for no cash'
);
select is_empty(
  'select * from private.check_invariants()', 'no invariant of the books is violated after all these events'
);
select * from finish();
rollback;
