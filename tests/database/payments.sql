-- Card payments, the provider's events, refunds, expiry.
begin;
set local search_path = public, extensions;
select plan(78);

-- Actors and the ids they talk about; `attempt` runs a statement as one of them and says what came of it: the number of rows, or
-- the SQLSTATE with our machine code (for constraints, their name).
create temporary table actors (name text primary key, role text not null, user_id uuid);
create temporary table ids (name text primary key, value text);
create function pg_temp.fill_in(statement text) returns text
language plpgsql
as $$
declare
  v_statement text := statement;
  v_id ids;
begin
  for v_id in select * from ids loop
    v_statement := replace(v_statement, '{' || v_id.name || '}', quote_nullable(v_id.value));
  end loop;
  return v_statement;
end;
$$;
create function pg_temp.attempt(actor text, statement text) returns text
language plpgsql
as $$
declare
  v_actor actors;
  v_statement text := pg_temp.fill_in(statement);
  v_rows bigint;
  v_result text;
  v_detail text;
  v_constraint text;
begin
  select * into strict v_actor from actors where actors.name = attempt.actor;
  perform
    set_config('request.jwt.claims', jsonb_strip_nulls(jsonb_build_object('sub', v_actor.user_id, 'role', v_actor.role))::text, true),
    set_config('role', v_actor.role, true);
  begin
    execute v_statement;
    get diagnostics v_rows = row_count;
    v_result := v_rows::text;
  exception when others then
    get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
    v_result := case
      when sqlstate like 'PT%' then sqlstate || ' ' || v_detail
      when v_constraint <> '' then v_constraint
      else sqlstate
    end;
  end;
  perform set_config('role', 'postgres', true), set_config('request.jwt.claims', '', true);
  return v_result;
end;
$$;
-- Runs one expression as an actor and keeps its JSON answer (or its error) under a name.
create temporary table answers (name text primary key, value jsonb);
create function pg_temp.ask(name text, actor text, expression text) returns jsonb
language plpgsql
as $$
declare
  v_actor actors;
  v_statement text := 'select to_jsonb(' || pg_temp.fill_in(expression) || ')';
  v_value jsonb;
begin
  select * into strict v_actor from actors where actors.name = ask.actor;
  perform
    set_config('request.jwt.claims', jsonb_strip_nulls(jsonb_build_object('sub', v_actor.user_id, 'role', v_actor.role))::text, true),
    set_config('role', v_actor.role, true);
  begin
    execute v_statement into v_value;
  exception when others then
    v_value := jsonb_build_object('error', sqlerrm);
  end;
  perform set_config('role', 'postgres', true), set_config('request.jwt.claims', '', true);
  insert into answers values (ask.name, v_value) on conflict on constraint answers_pkey do update set value = excluded.value;
  return v_value;
end;
$$;
create function pg_temp.remember(name text, value text) returns void
language sql
as $$ insert into ids values (name, value) on conflict on constraint ids_pkey do update set value = excluded.value $$;

insert into auth.users (id, phone, phone_confirmed_at, email, email_confirmed_at)
select ('b0000000-0000-4000-8000-00000000000' || position)::uuid, '92000000000' || position, now(), name || '@orders.example', now()
from unnest(array['ana', 'ben', 'olga', 'mona', 'stan', 'rita', 'admin']) with ordinality as person (name, position);
insert into private.platform_admins (user_id) values ('b0000000-0000-4000-8000-000000000007');
insert into actors values
  ('visitor', 'anon', null),
  ('service', 'service_role', null),
  ('customer', 'authenticated', 'b0000000-0000-4000-8000-000000000001'),
  ('other customer', 'authenticated', 'b0000000-0000-4000-8000-000000000002'),
  ('owner', 'authenticated', 'b0000000-0000-4000-8000-000000000003'),
  ('manager', 'authenticated', 'b0000000-0000-4000-8000-000000000004'),
  ('staff', 'authenticated', 'b0000000-0000-4000-8000-000000000005'),
  ('rival', 'authenticated', 'b0000000-0000-4000-8000-000000000006'),
  ('admin', 'authenticated', 'b0000000-0000-4000-8000-000000000007');

-- Two stores: one sells tax-inclusive with paid shipping, the rival's tax-exclusive.
set constraints all deferred;
insert into public.stores (id, owner_id, name, slug, status, line1, city, country_code, currency, tax_rate_bps, is_tax_inclusive, order_prefix) values
  ('b1000000-0000-4000-8000-000000000001', 'b0000000-0000-4000-8000-000000000003', 'Olga''s', 'olgas-of-orders', 'active', 'A 1', 'B', 'AE', 'USD', 2000, true, 'OL'),
  ('b1000000-0000-4000-8000-000000000002', 'b0000000-0000-4000-8000-000000000006', 'Rita''s', 'ritas-of-orders', 'active', 'A 1', 'B', 'AE', 'USD', 750, false, 'RI'),
  ('b1000000-0000-4000-8000-000000000003', 'b0000000-0000-4000-8000-000000000006', 'Rita''s yen', 'ritas-yen-of-orders', 'active', 'A 1', 'B', 'AE', 'JPY', 1000, false, '');
insert into public.store_links (slug, store_id) select slug, id from public.stores where slug like '%-of-orders';
insert into public.store_members (store_id, user_id, role) values
  ('b1000000-0000-4000-8000-000000000001', 'b0000000-0000-4000-8000-000000000003', 'owner'),
  ('b1000000-0000-4000-8000-000000000001', 'b0000000-0000-4000-8000-000000000004', 'manager'),
  ('b1000000-0000-4000-8000-000000000001', 'b0000000-0000-4000-8000-000000000005', 'staff'),
  ('b1000000-0000-4000-8000-000000000002', 'b0000000-0000-4000-8000-000000000006', 'owner'),
  ('b1000000-0000-4000-8000-000000000003', 'b0000000-0000-4000-8000-000000000006', 'owner');
insert into public.categories (name, slug) values ('Orders'' things', 'orders-things');
insert into public.products (id, store_id, category_id, name, slug, status, currency)
select
  ('b2000000-0000-4000-8000-00000000000' || position)::uuid, store_id::uuid, (select id from public.categories where slug = 'orders-things'),
  name, 'orders-' || lower(name), 'active', currency
from (values
  (1, 'b1000000-0000-4000-8000-000000000001', 'Apple', 'USD'), (2, 'b1000000-0000-4000-8000-000000000001', 'Berry', 'USD'),
  (3, 'b1000000-0000-4000-8000-000000000002', 'Cherry', 'USD'), (4, 'b1000000-0000-4000-8000-000000000003', 'Yuzu', 'JPY')
) as product (position, store_id, name, currency);
insert into public.product_variants (id, product_id, store_id, mrp_amount, price_amount, currency)
select
  ('b3' || substring(products.id::text from 3))::uuid, products.id, products.store_id, price, price, products.currency
from public.products
join (values ('Apple', 1000), ('Berry', 333), ('Cherry', 999), ('Yuzu', 150)) as price (name, price) on price.name = products.name
where products.slug like 'orders-%';
set constraints all immediate;
insert into public.stock_levels (variant_id, store_id, on_hand)
select id, store_id, 20 from public.product_variants where id::text like 'b3000000-%'
on conflict (variant_id) do update set on_hand = 20;
insert into public.stock_moves (variant_id, store_id, quantity, reason)
select id, store_id, 20, 'initial' from public.product_variants where id::text like 'b3000000-%';
insert into ids values
  ('olgas', 'b1000000-0000-4000-8000-000000000001'), ('ritas', 'b1000000-0000-4000-8000-000000000002'), ('yen', 'b1000000-0000-4000-8000-000000000003'),
  ('apple', 'b3000000-0000-4000-8000-000000000001'), ('berry', 'b3000000-0000-4000-8000-000000000002'),
  ('cherry', 'b3000000-0000-4000-8000-000000000003'), ('yuzu', 'b3000000-0000-4000-8000-000000000004'),
  ('address', '{"recipient_name": "Ana Lima", "line1": "Rua 1", "city": "Lisboa", "postal_code": "1200-195", "country_code": "PT"}');

create function pg_temp.order_by_card(name text, actor text) returns void
language plpgsql
as $$
begin
  perform pg_temp.ask('cart', actor, 'public.add_to_cart({apple}, 1)');
  perform pg_temp.ask(order_by_card.name, actor, format('public.checkout(%L, ''card'', shipping_address => {address}::jsonb)', gen_random_uuid()));
  perform pg_temp.remember(order_by_card.name, (select value ->> 'checkout_id' from answers where answers.name = order_by_card.name));
  perform pg_temp.remember(order_by_card.name || ' order', (select value -> 'orders' -> 0 ->> 'id' from answers where answers.name = order_by_card.name));
end;
$$;
create function pg_temp.event(id text, fact jsonb, live boolean default false) returns text
language sql
as $$ select coalesce(pg_temp.ask('event', 'service', format('public.apply_payment_event(%L, ''test'', now(), %L, %L)', id, live, fact)) ->> 'outcome', (select value ->> 'error' from answers where name = 'event')) $$;
create function pg_temp.intent(name text, status text, received bigint default null) returns jsonb
language sql
as $$
  select jsonb_build_object(
    'kind', 'intent', 'intent_id', coalesce(payments.provider_payment_id, 'pi_' || payments.id), 'status', intent.status, 'amount', payments.amount,
    'amount_received', coalesce(received, case when intent.status = 'succeeded' then payments.amount else 0 end), 'currency', payments.currency,
    'payment_id', payments.id, 'checkout_id', payments.checkout_id, 'failure_code', 'card_declined', 'failure_message', 'Your card was declined.'
  )
  from public.payments where payments.checkout_id = (select value::uuid from ids where ids.name = intent.name) and payments.order_id is null
$$;

-- Preparing.
select pg_temp.order_by_card('first', 'customer');
select is((select value ->> 'status' from answers where name = 'first'), 'pending', 'a card order waits for its payment');
select is((select (on_hand, reserved)::text from public.stock_levels where variant_id = 'b3000000-0000-4000-8000-000000000001'), '(20,1)', 'and holds its stock');
select is((select number from public.orders where id = (select value::uuid from ids where name = 'first order')), null, 'it has no number yet');
select is(pg_temp.attempt('owner', 'select public.cancel_order({first order})'), 'PT409 illegal_status', 'a store does not cancel what was not paid');
select is(pg_temp.attempt('owner', 'select public.advance_order({first order}, ''processing'')'), 'PT409 illegal_status', 'nor works on it');
select is(pg_temp.attempt('staff', 'select public.record_cash_payment({first order})'), 'PT409 payment_not_by_cash', 'nor takes cash for it');
select is(pg_temp.attempt('visitor', 'select public.prepare_payment({first})'), '42501', 'a visitor pays nothing');
select is(pg_temp.attempt('other customer', 'select public.prepare_payment({first})'), 'PT404 checkout_not_found', 'nor does another customer');
select is(pg_temp.ask('payment', 'customer', 'public.prepare_payment({first})') ->> 'status', 'pending', 'the customer prepares the payment');
select is((select (value ->> 'amount') || (value ->> 'currency') from answers where name = 'payment'), '1000USD', 'of what the checkout costs');
select is(pg_temp.ask('again', 'customer', 'public.prepare_payment({first})'), (select value from answers where name = 'payment'), 'twice is the same payment');
select pg_temp.remember('payment', (select value ->> 'payment_id' from answers where name = 'payment'));
select is(pg_temp.attempt('customer', 'select public.attach_payment_intent({payment}, 1, ''pi_1'')'), '42501', 'a customer attaches nothing');
select is(pg_temp.attempt('service', 'select public.attach_payment_intent(gen_random_uuid(), 1, ''pi_1'')'), 'PT404 payment_not_found', 'an unknown payment');
select is(pg_temp.ask('x', 'service', 'public.attach_payment_intent({payment}, 1, ''pi_1'')') ->> 'provider_intent_id', 'pi_1', 'the service attaches the intent');
select is(pg_temp.attempt('service', 'select public.attach_payment_intent({payment}, 1, ''pi_1'')'), '1', 'twice is once');
select is(pg_temp.attempt('service', 'select public.attach_payment_intent({payment}, 1, ''pi_2'')'), 'PT409 payment_intent_conflict', 'another one is refused');
select is(pg_temp.attempt('customer', 'select public.apply_payment_event(''evt'', ''t'', now(), false, null)'), '42501', 'a customer sends no events');

-- Events.
select is(pg_temp.event('evt_null', null), 'ignored', 'a type that does not concern us is only recorded');
select is(pg_temp.event('evt_null', null), 'duplicate', 'once');
select is(pg_temp.event('evt_1', pg_temp.intent('first', 'requires_payment_method')), 'applied', 'a declined card');
select is((select status || ' ' || failure_code from public.payments where id = (select value::uuid from ids where name = 'payment')), 'failed card_declined', 'is told');
select is((select count(*) from private.outbox where template = 'payment_failed'), 1::bigint, 'and mailed');
select is(pg_temp.event('evt_2', pg_temp.intent('first', 'requires_action')), 'applied', 'another card asks for authentication');
select is(pg_temp.event('evt_3', pg_temp.intent('first', 'succeeded', 999)), 'mismatch', 'another amount fulfils nothing');
update private.settings set payments_are_live = true;
select is(pg_temp.event('evt_4', pg_temp.intent('first', 'succeeded')), 'mismatch', 'nor does a test event where payments are live');
update private.settings set payments_are_live = false;
select is(pg_temp.event('evt_5', pg_temp.intent('first', 'succeeded')), 'applied', 'the payment arrives');
select is(pg_temp.event('evt_5', pg_temp.intent('first', 'succeeded')), 'duplicate', 'the event is taken once');
select is(pg_temp.event('evt_6', pg_temp.intent('first', 'succeeded')), 'ignored', 'the fact, too');
select is(pg_temp.event('evt_7', pg_temp.intent('first', 'requires_payment_method')), 'ignored', 'and nothing takes it back');
select is((select status || ' ' || payment_status || ' ' || reference from public.orders where id = (select value::uuid from ids where name = 'first order')), 'confirmed paid OL1', 'the order is confirmed and numbered');
select is((select (on_hand, reserved)::text from public.stock_levels where variant_id = 'b3000000-0000-4000-8000-000000000001'), '(19,0)', 'its stock is sold');
select is(pg_temp.ask('x', 'customer', 'public.prepare_payment({first})') ->> 'status', 'succeeded', 'paying twice answers the first result');
select is(pg_temp.event('evt_8', '{"kind": "intent", "intent_id": "pi_x", "status": "succeeded", "amount": 1, "amount_received": 1, "currency": "USD", "payment_id": null, "checkout_id": null}'), 'ignored', 'an unknown intent');
select is(pg_temp.event('evt_9', '{"kind": "dispute", "dispute_id": "dp_1", "intent_id": "pi_1", "amount": 1000, "currency": "USD", "reason": "fraudulent", "status": "needs_response"}'), 'applied', 'a dispute');
select is((select count(*) from private.alerts where rule = 'payment_disputed'), 1::bigint, 'is an alert');
select is((select count(*) from private.outbox where template = 'alert' and user_id = 'b0000000-0000-4000-8000-000000000007') >= 1, true, 'mailed to the admins');

-- Refunds by card.
select is(pg_temp.ask('request', 'customer', 'public.request_refund({first order}, amount => 300)') ->> 'status', 'requested', 'the customer asks for a part');
select pg_temp.remember('refund', (select value ->> 'id' from answers where name = 'request'));
select is(pg_temp.attempt('owner', 'select public.prepare_refund({refund})'), 'PT409 refund_not_approved', 'nothing is issued before it is approved');
select is(pg_temp.ask('x', 'manager', 'public.decide_refund({refund}, true)') ->> 'status', 'approved', 'the store approves');
select is(pg_temp.attempt('other customer', 'select public.prepare_refund({refund})'), 'PT404 refund_not_found', 'a stranger does not issue it');
select is(pg_temp.attempt('staff', 'select public.prepare_refund({refund})'), 'PT403 not_allowed', 'nor does staff');
select is(pg_temp.ask('x', 'manager', 'public.prepare_refund({refund})') ->> 'status', 'pending', 'a manager does');
select is(pg_temp.ask('x', 'service', 'public.prepare_refund_for_job({refund})') ->> 'provider_intent_id', 'pi_1', 'or the job');
select is(pg_temp.attempt('service', 'select public.prepare_refund_for_job(gen_random_uuid())'), 'PT404 refund_not_found', 'of a refund that exists');
select is((select count(*) from public.list_refunds_to_issue()), 1::bigint, 'the job finds it');
select is((select count(*) from public.list_refunds_to_issue()), 0::bigint, 'once at a time');
select is(pg_temp.ask('x', 'service', 'public.attach_refund({refund}, ''re_1'', ''pending'')') ->> 'status', 'processing', 'the provider works on it');
select is(pg_temp.attempt('service', 'select public.attach_refund({refund}, ''re_1'', ''lost'')'), 'PT422 invalid_status', 'with a status that exists');
select is(pg_temp.attempt('service', 'select public.attach_refund(gen_random_uuid(), ''re_1'', ''pending'')'), 'PT404 refund_not_found', 'of a refund that exists');
select is(pg_temp.event('evt_r1', '{"kind": "refund", "provider_refund_id": "re_1", "intent_id": "pi_1", "refund_id": null, "amount": 300, "currency": "USD", "status": "succeeded", "failure_reason": null}'), 'applied', 'an event says that it succeeded');
select is(pg_temp.event('evt_r2', '{"kind": "refund", "provider_refund_id": "re_1", "intent_id": "pi_1", "refund_id": null, "amount": 300, "currency": "USD", "status": "succeeded", "failure_reason": null}'), 'ignored', 'a second event changes nothing');
select is((select payment_status || ' ' || refunded_amount from public.orders where id = (select value::uuid from ids where name = 'first order')), 'partially_refunded 300', 'the order knows');
select is(pg_temp.event('evt_r3', '{"kind": "refund", "provider_refund_id": "re_1", "intent_id": "pi_1", "refund_id": null, "amount": 299, "currency": "USD", "status": "succeeded", "failure_reason": null}'), 'mismatch', 'another amount does not fit');
select is(pg_temp.event('evt_r4', '{"kind": "refund", "provider_refund_id": "re_2", "intent_id": "pi_1", "refund_id": null, "amount": 200, "currency": "USD", "status": "succeeded", "failure_reason": null}'), 'applied', 'a refund made at the provider becomes ours');
select is((select origin || ' ' || status from public.refunds where provider_refund_id = 're_2'), 'provider succeeded', 'as such');
select is(pg_temp.event('evt_r5', '{"kind": "refund", "provider_refund_id": "re_3", "intent_id": "pi_1", "refund_id": null, "amount": 501, "currency": "USD", "status": "succeeded", "failure_reason": null}'), 'mismatch', 'never more than was captured');
select is(pg_temp.event('evt_r6', '{"kind": "refund", "provider_refund_id": "re_1", "intent_id": "pi_1", "refund_id": null, "amount": 300, "currency": "USD", "status": "failed", "failure_reason": "expired_or_canceled_card"}'), 'applied', 'a refund may still fail');
select is((select payment_status || ' ' || refunded_amount from public.orders where id = (select value::uuid from ids where name = 'first order')), 'partially_refunded 200', 'and is taken back');
select is((select count(*) from private.alerts where rule = 'refund_failed'), 1::bigint, 'with an alert');
select pg_temp.ask('x', 'customer', 'public.cancel_order({first order})');
select is((select status || ' ' || amount || ' ' || origin from public.refunds where order_id = (select value::uuid from ids where name = 'first order') order by id desc limit 1), 'approved 800 system', 'cancelling refunds the rest by itself');
select pg_temp.remember('auto', (select id::text from public.refunds where order_id = (select value::uuid from ids where name = 'first order') order by id desc limit 1));
select is(pg_temp.ask('x', 'service', 'public.attach_refund({auto}, null, ''failed'', ''charge_disputed'')') ->> 'status', 'failed', 'the provider refuses for good');

-- Expiry, and a second attempt.
select pg_temp.order_by_card('second', 'customer');
select pg_temp.ask('payment', 'customer', 'public.prepare_payment({second})');
select pg_temp.remember('payment', (select value ->> 'payment_id' from answers where name = 'payment'));
select public.attach_payment_intent((select value::uuid from ids where name = 'payment'), 1, 'pi_s1');
select is(pg_temp.event('evt_c1', pg_temp.intent('second', 'canceled')), 'applied', 'an intent is canceled at the provider');
select is(pg_temp.ask('x', 'customer', 'public.prepare_payment({second})') ->> 'attempt', '2', 'the next try is another attempt');
select is(pg_temp.event('evt_c2', pg_temp.intent('second', 'canceled') || '{"intent_id": "pi_s1"}'), 'applied', 'and may be given up, too, before it was attached');
update public.payments set next_check_at = now(), status = 'processing' where id = (select value::uuid from ids where name = 'payment');
select is((select action from public.list_payments_to_reconcile()), 'check', 'an unsettled payment is looked up');
select is((select count(*) from public.list_payments_to_reconcile()), 0::bigint, 'once at a time');
update public.checkouts set expires_at = now() where id = (select value::uuid from ids where name = 'second');
select is(pg_temp.attempt('customer', 'select public.prepare_payment({second})'), 'PT409 checkout_not_payable', 'time is over');
select is(private.expire_checkouts(), 1, 'the hold is given back');
select is(private.expire_checkouts(), 0, 'once');
select is((select status || ' ' || cancel_reason from public.orders where id = (select value::uuid from ids where name = 'second order')), 'cancelled payment_expired', 'the order is closed');
select is((select action from public.list_payments_to_reconcile()), 'cancel', 'what is open at the provider is cancelled there');
select is(pg_temp.attempt('customer', 'select public.request_refund({second order})'), 'PT409 order_unpaid', 'there is nothing to refund');

-- Two stores, one payment; nothing to pay; cash.
select pg_temp.ask('cart', 'customer', 'public.add_to_cart({apple}, 1)');
select pg_temp.ask('cart', 'customer', 'public.add_to_cart({cherry}, 1)');
select pg_temp.ask('both', 'customer', 'public.checkout(''both'', ''card'', shipping_address => {address}::jsonb)');
select pg_temp.remember('both', (select value ->> 'checkout_id' from answers where name = 'both'));
select pg_temp.remember('both order', (select value -> 'orders' -> 0 ->> 'id' from answers where name = 'both'));
select pg_temp.ask('x', 'customer', 'public.prepare_payment({both})');
select pg_temp.ask('x', 'customer', 'public.cancel_order({both order})');
select is((select array_agg(distinct status) from public.orders where checkout_id = (select value::uuid from ids where name = 'both')), array['cancelled'], 'an unpaid checkout is given up whole');
select is(pg_temp.attempt('customer', 'select public.prepare_payment({both})'), 'PT409 checkout_not_payable', 'and not paid any more');
insert into public.coupons (code, kind, percent_bps) values ('ALL', 'percentage', 10000);
select pg_temp.ask('cart', 'customer', 'public.add_to_cart({apple}, 1)');
select pg_temp.ask('cart', 'customer', 'public.apply_coupon(''ALL'')');
select is(pg_temp.ask('free', 'customer', 'public.checkout(''free'', ''card'', shipping_address => {address}::jsonb)') ->> 'status', 'confirmed', 'nothing to pay is confirmed at once');
select pg_temp.ask('cart', 'customer', 'public.add_to_cart({apple}, 1)');
select pg_temp.ask('cash', 'customer', 'public.checkout(''cash'', ''cash_on_delivery'', shipping_address => {address}::jsonb)');
select pg_temp.remember('cash', (select value ->> 'checkout_id' from answers where name = 'cash'));
select is(pg_temp.attempt('customer', 'select public.prepare_payment({cash})'), 'PT409 payment_not_by_card', 'cash is not paid by card');
select pg_temp.remember('cash order', (select value -> 'orders' -> 0 ->> 'id' from answers where name = 'cash'));
select pg_temp.ask('x', 'staff', 'public.record_cash_payment({cash order})');
select pg_temp.ask('x', 'owner', 'public.request_refund({cash order}, amount => 100)');
select pg_temp.remember('cash refund', (select id::text from public.refunds where order_id = (select value::uuid from ids where name = 'cash order')));
select pg_temp.ask('x', 'owner', 'public.decide_refund({cash refund}, true)');
select is(pg_temp.attempt('owner', 'select public.prepare_refund({cash refund})'), 'PT409 payment_not_captured', 'cash is not refunded by card');
select is_empty('select * from private.check_invariants()', 'nothing is violated');
select * from finish();
rollback;
