-- Outbox, one-time codes, health, metrics, alerts, jobs and channels.
begin;
set local search_path = public, extensions;
select plan(65);
-- include: actors, orders

-- The outbox.
delete from private.outbox;
select pg_temp.ask('cart', 'customer', 'public.add_to_cart({apple}, 2)');
select pg_temp.ask('order', 'customer', 'public.checkout(''k'', ''cash_on_delivery'', shipping_address => {address}::jsonb)');
select pg_temp.name_value('order', (select value -> 'orders' -> 0 ->> 'id' from answers where name = 'order'));
select pg_temp.ask('x', 'owner', 'public.advance_order({order}, ''shipped'', ''DHL'', ''1'')');
create temporary table claimed as select * from public.claim_outbox();
select is((select count(*) from claimed), 3::bigint, 'what is due is claimed');
select is((select count(*) from public.claim_outbox()), 0::bigint, 'by one worker at a time');
select is((select recipient from claimed where template = 'order_confirmed'), 'ana@orders.example', 'to the customer');
select is((select recipient from claimed where template = 'order_placed_store'), 'olga@orders.example', 'to the store''s owner, when it has no address of its own');
select is((select data -> 'order' ->> 'number' from claimed where template = 'order_confirmed'), 'OL1', 'the data is read when it is sent');
select is((select data -> 'lines' -> 0 ->> 'total' from claimed where template = 'order_confirmed'), '2000', 'lines included');
select is((select data -> 'tracking' ->> 'carrier' from claimed where template = 'order_status'), 'DHL', 'a status mail tells the parcel');
select public.mark_outbox_sent((select id from claimed where template = 'order_confirmed'), 'provider-1');
select public.mark_outbox_sent((select id from claimed where template = 'order_confirmed'), 'provider-2');
select is((select provider_id from private.outbox where template = 'order_confirmed'), 'provider-1', 'sent is sent, once');
select public.mark_outbox_failed((select id from claimed where template = 'order_status'), 'timeout');
select is((select status || attempts from private.outbox where template = 'order_status'), 'pending1', 'a failure is tried again');
select cmp_ok((select run_at from private.outbox where template = 'order_status'), '>', now(), 'later');
select public.mark_outbox_failed((select id from claimed where template = 'order_placed_store'), 'no such mailbox', true);
select is((select status from private.outbox where template = 'order_placed_store'), 'dead', 'what cannot be delivered is given up');
select is((select count(*) from private.alerts where rule = 'outbox_dead'), 1::bigint, 'with an alert');
update private.outbox set leased_until = now() - interval '1 second', run_at = now() where template = 'order_status';
select is((select attempt from public.claim_outbox()  where template = 'order_status'), 2, 'a worker that died gives its messages back');
insert into public.store_invitations (id, store_id, email, role, invited_by) values ('b4000000-0000-4000-8000-000000000001', 'b1000000-0000-4000-8000-000000000001', 'new@orders.example', 'staff', 'b0000000-0000-4000-8000-000000000003');
insert into public.refunds (id, order_id, store_id, customer_id, origin, status, currency, amount) select 'b4000000-0000-4000-8000-000000000002', id, store_id, customer_id, 'customer', 'requested', 'USD', 5 from public.orders where id = (select value::uuid from ids where name = 'order');
insert into private.outbox (template, recipient, store_id, payload) values ('invitation', 'new@orders.example', 'b1000000-0000-4000-8000-000000000001', '{"invitation_id": "b4000000-0000-4000-8000-000000000001"}');
insert into private.outbox (template, user_id, payload)
select template, 'b0000000-0000-4000-8000-000000000001', jsonb_build_object(
  'refund_id', 'b4000000-0000-4000-8000-000000000002', 'variant_id', 'b3000000-0000-4000-8000-000000000001',
  'checkout_id', (select value ->> 'checkout_id' from answers where name = 'order'), 'cart_id', (select value ->> 'id' from answers where name = 'cart')
)
from unnest(array['refund', 'payment_failed', 'payment_refunded_late', 'low_stock', 'back_in_stock', 'abandoned_cart', 'alert']) as template;
create temporary table more as select * from public.claim_outbox(50, 60);
select is((select count(*) from more where template <> 'alert' and data is not null), 7::bigint, 'every template finds its data');
select is((select length(data ->> 'token') from more where template = 'invitation'), 64, 'an invitation carries its secret');
select is((select data -> 'refund' ->> 'amount' from more where template = 'refund'), '5', 'a refund its amount');
select is((select data -> 'lines' -> 0 ->> 'name' from more where template = 'abandoned_cart'), 'Apple', 'a reminder what lies in the cart');
delete from public.refunds where id = 'b4000000-0000-4000-8000-000000000002';

-- One-time codes.
select is(public.register_sms('+15550001111', 'b5000000-0000-4000-8000-000000000001') ->> 'outcome', 'send', 'a code may be sent');
select is(public.register_sms('+15550001111', 'b5000000-0000-4000-8000-000000000001') ->> 'outcome', 'in_flight', 'a second try waits for the first');
select public.settle_sms('b5000000-0000-4000-8000-000000000001');
select is(public.register_sms('+15550001111', 'b5000000-0000-4000-8000-000000000001') ->> 'outcome', 'send', 'what failed may be tried again');
select public.settle_sms('b5000000-0000-4000-8000-000000000001', 'SM1');
select is(public.register_sms('+15550001111', 'b5000000-0000-4000-8000-000000000001') ->> 'outcome', 'sent', 'what went out does not go out again');
update private.settings set sms_per_phone_and_day = 1;
select is(pg_temp.attempt('service', 'select public.register_sms(''+15550001111'', gen_random_uuid())'), 'PT429 sms_limit_reached', 'a phone has a daily limit');
select is(public.register_sms('+15550002222', gen_random_uuid()) ->> 'outcome', 'send', 'of its own');
select is(pg_temp.attempt('service', 'select public.register_sms(''0155'', gen_random_uuid())'), 'PT422 invalid_phone', 'and is written with its country');
select is(pg_temp.attempt('customer', 'select public.register_sms(''+15550002222'', gen_random_uuid())'), '42501', 'customers send no codes');

-- Health, metrics, alerts.
select is(public.service_health() -> 'outbox' ->> 'dead', '1', 'health counts what could not be delivered');
select is(jsonb_array_length(public.service_health() -> 'jobs'), 12, 'and knows the jobs');
select public.record_request('payments', '/payments/intents', 'POST', 500, 12) from generate_series(1, 30);
select isnt_empty('select * from public.read_metrics() where name = ''marketbase_requests'' and value = 30', 'requests are added up');
select isnt_empty('select * from public.read_metrics() where name = ''marketbase_orders''', 'orders are counted');
select results_eq('select rule from public.evaluate_alerts()', array['error_rate'], 'a rule that is crossed raises an alert');
select is_empty('select rule from public.evaluate_alerts()', 'once');
delete from private.request_metrics;
select is_empty('select rule from public.evaluate_alerts()', 'when all is well again');
select is_empty('select 1 from private.alerts where rule = ''error_rate'' and resolved_at is null', 'it resolves by itself');

-- Jobs. Those that call an edge function need the vault.
select lives_ok(format('select private.run_job(%L)', name), name || ' runs')
from unnest(array['expire-checkouts', 'expire-bookings', 'offer-freed-times', 'remind-bookings', 'count-product-sales', 'expire-carts', 'evaluate-alerts', 'create-partitions', 'purge', 'check-invariants', 'reconcile-payments']) as name;
delete from vault.secrets where name in ('project_url', 'secret_key');
update private.outbox set run_at = now(), leased_until = null where template = 'refund';
select throws_ok('select private.run_job(''send-emails'')', 'P0001', 'the vault has no project_url or no secret_key', 'without a vault, a job says what is missing');
select vault.create_secret('http://127.0.0.1:1', 'project_url');
select vault.create_secret('sb_secret_x', 'secret_key');
select lives_ok('select private.run_job(''send-emails'')', 'with one, it asks the function');
select is((select convert_from(body, 'UTF8') || ' ' || url from net.http_request_queue order by id desc limit 1), '{} http://127.0.0.1:1/functions/v1/emails', 'at its address');
select throws_ok('select private.run_job(''no such job'')', '20000', null, 'there is no other job');
select is((select count(*) from private.job_runs where last_run_at is not null), 12::bigint, 'each notes that it ran');
select is((select count(*) from cron.job where command like '%private.run_job%'), 12::bigint, 'and is scheduled');

-- Channels.
select is(pg_temp.ask('x', 'customer', 'private.can_join_topic(''user:b0000000-0000-4000-8000-000000000001'')'), 'true', 'people join their own channel');
select is(pg_temp.ask('x', 'customer', 'private.can_join_topic(''user:b0000000-0000-4000-8000-000000000002'')'), 'false', 'not another''s');
select is(pg_temp.ask('x', 'staff', 'private.can_join_topic(''store:b1000000-0000-4000-8000-000000000001:orders'')'), 'true', 'members join their store''s orders');
select is(pg_temp.ask('x', 'rival', 'private.can_join_topic(''store:b1000000-0000-4000-8000-000000000001:orders'')'), 'false', 'other stores do not');
select is(pg_temp.ask('x', 'customer', format('private.can_join_topic(%L)', topic)), 'false', 'no: ' || coalesce(left(topic, 30), 'null'))
from unnest(array['', 'user:', 'user:x', 'store:b1000000-0000-4000-8000-000000000001', 'user:b0000000-0000-4000-8000-000000000001:orders', 'USER:b0000000-0000-4000-8000-000000000001', repeat('x', 100000), 'user:b0000000-0000-4000-8000-000000000001
']) as topic;
select is(pg_temp.attempt('visitor', 'select private.can_join_topic(''user:x'')'), '42501', 'visitors join nothing');
select is(pg_temp.attempt('customer', 'insert into realtime.messages (topic, extension, payload) values (''user:x'', ''broadcast'', ''{}'')'), '42501', 'customers send nothing');
select is_empty('select * from private.check_invariants()', 'nothing is violated');
select * from finish();
rollback;
