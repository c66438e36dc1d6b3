-- Outbox, one-time codes, health, metrics, alerts, jobs and channels.
begin;
set local search_path = public, extensions;
select plan(96);
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
select is((select data -> 'order' ->> 'number' from claimed where template = 'order_confirmed'), 'OL1', 'with what it says');
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
update private.outbox set attempts = 8 where template = 'order_status';
select public.mark_outbox_failed((select id from claimed where template = 'order_status'), 'timeout');
select is((select status || attempts from private.outbox where template = 'order_status'), 'pending9', 'nine failures are not the end');
savepoint tenth;
select public.mark_outbox_failed((select id from claimed where template = 'order_status'), 'timeout');
select is((select status || attempts from private.outbox where template = 'order_status'), 'dead10', 'the tenth is');
rollback to savepoint tenth;
update private.outbox set attempts = 1, leased_until = now() - interval '1 second', run_at = now() where template = 'order_status';
select is((select attempt from public.claim_outbox()  where template = 'order_status'), 2, 'a worker that died gives its messages back');
insert into public.store_invitations (id, store_id, email, role, invited_by) values ('b4000000-0000-4000-8000-000000000001', 'b1000000-0000-4000-8000-000000000001', 'new@orders.example', 'staff', 'b0000000-0000-4000-8000-000000000003');
insert into public.refunds (id, order_id, store_id, customer_id, origin, status, currency, amount) select 'b4000000-0000-4000-8000-000000000002', id, store_id, customer_id, 'customer', 'requested', 'USD', 5 from public.orders where id = (select value::uuid from ids where name = 'order');
update public.carts set status = 'active' where id = (select value ->> 'id' from answers where name = 'cart')::uuid;
insert into private.outbox (template, recipient, store_id, payload) values ('invitation', 'new@orders.example', 'b1000000-0000-4000-8000-000000000001', '{"invitation_id": "b4000000-0000-4000-8000-000000000001"}');
insert into private.outbox (template, user_id, payload)
select template, 'b0000000-0000-4000-8000-000000000001', jsonb_build_object(
  'refund_id', 'b4000000-0000-4000-8000-000000000002', 'variant_id', 'b3000000-0000-4000-8000-000000000001',
  'checkout_id', (select value ->> 'checkout_id' from answers where name = 'order'), 'cart_id', (select value ->> 'id' from answers where name = 'cart')
)
from unnest(array['refund', 'payment_failed', 'payment_refunded_late', 'low_stock', 'back_in_stock', 'abandoned_cart', 'alert']) as template;
create temporary table more as select * from public.claim_outbox(50, 60);
select is((select count(*) from more where template <> 'alert' and data is not null), 7::bigint, 'every template finds its data');
select is((select data ->> 'token' from more where template = 'invitation'), private.invitation_link_token('b4000000-0000-4000-8000-000000000001'), 'an invitation carries the token that is accepted');
select public.mark_outbox_skipped((select id from more where template = 'low_stock'), 'over');
select is((select status || coalesce(sent_at::text, ' unsent') from private.outbox where template = 'low_stock'), 'skipped unsent', 'what need not go out does not count as sent');
select is(pg_temp.attempt('customer', 'select public.mark_outbox_skipped(gen_random_uuid(), ''x'')'), '42501', 'as the service alone can say');
select is((select data -> 'refund' ->> 'amount' from more where template = 'refund'), '5', 'a refund its amount');
select is((select data -> 'lines' -> 0 ->> 'name' from more where template = 'abandoned_cart'), 'Apple', 'a reminder what lies in the cart');
delete from public.refunds where id = 'b4000000-0000-4000-8000-000000000002';

-- What is over by the time it could be sent.
select is(private.outbox_data('invitation', '{"invitation_id": "b4000000-0000-4000-8000-000000000001"}', null) ->> 'role', 'staff', 'an open invitation is written');
update public.store_invitations set expires_at = now() where id = 'b4000000-0000-4000-8000-000000000001';
select is(private.outbox_data('invitation', '{"invitation_id": "b4000000-0000-4000-8000-000000000001"}', null), null, 'an expired one is not');
update public.carts set status = 'checked_out' where id = (select value ->> 'id' from answers where name = 'cart')::uuid;
select is(private.outbox_data('abandoned_cart', (select payload from private.outbox where template = 'abandoned_cart'), null), null, 'nor a reminder of what was ordered');
update public.product_variants set is_in_stock = false where id = 'b3000000-0000-4000-8000-000000000001';
select is(private.outbox_data('back_in_stock', (select payload from private.outbox where template = 'back_in_stock'), null), null, 'nor the return of what is sold out again');

-- People without an address.
update auth.users set email = null, email_confirmed_at = null where id = 'b0000000-0000-4000-8000-000000000001';
update private.settings set order_texts_per_phone_and_day = 2;
delete from private.outbox where status = 'pending';
insert into private.outbox (template, user_id, payload) select 'alert', 'b0000000-0000-4000-8000-000000000001', '{}' from generate_series(1, 3);
create temporary table texts as select * from public.claim_outbox(50, 60);
select results_eq('select channel, recipient from texts order by id', $$values ('sms', '+920000000001'), ('sms', '+920000000001'), ('sms', null)$$, 'are texted, as often as one day allows');
update private.outbox set status = 'sent', sent_at = now() where status = 'pending';
insert into private.outbox (template, user_id, payload) values ('alert', 'b0000000-0000-4000-8000-000000000001', '{}');
select is((select recipient from public.claim_outbox(50, 60)), null, 'in whatever run');
update private.outbox set created_at = now() - interval '2 days', leased_until = null;
select is((select recipient from public.claim_outbox(50, 60)), '+920000000001', 'and again when a day is over');
delete from private.outbox where template = 'alert';

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
select is(jsonb_array_length(public.service_health() -> 'jobs'), 11, 'and knows the jobs');
select is_empty('select 1 from jsonb_array_elements(public.service_health() -> ''jobs'') as job where (job ->> ''is_late'')::boolean', 'of a fresh database none is late');
select public.record_request('payments', '/payments/intents', 'POST', 500, 12) from generate_series(1, 30);
select isnt_empty('select 1 from public.read_metrics() where name = ''marketbase_requests_total'' and labels ->> ''function'' = ''payments'' and value = 30', 'requests are added up');
select public.record_request('payments', '/payments/intents', 'POST', 200, ms) from unnest(array[25, 26, 99999]) as ms;
select results_eq(
  'select labels ->> ''le'' || '' '' || value from public.read_metrics() where name = ''marketbase_request_duration_seconds_bucket'' and labels ->> ''le'' in (''0.025'', ''0.05'', ''10'', ''+Inf'')',
  array['0.025 31', '0.05 32', '10 32', '+Inf 33'], 'by how long they took'
);
select is((select value from public.read_metrics() where name = 'marketbase_request_duration_seconds_sum'), 100.41, 'altogether in seconds');
delete from private.request_metrics where status = 200;
select is_empty('select name from public.read_metrics() group by name having count(distinct (type, help)) > 1', 'each number has one meaning');
select is_empty('select name, labels from public.read_metrics() group by name, labels having count(*) > 1', 'and is told once');
select isnt_empty('select * from public.read_metrics() where name = ''marketbase_orders''', 'orders are counted');
select results_eq('select rule from public.evaluate_alerts()', array['error_rate'], 'a rule that is crossed raises an alert');
select is_empty('select rule from public.evaluate_alerts()', 'once');
delete from private.request_metrics;
select is_empty('select rule from public.evaluate_alerts()', 'when all is well again');
select is_empty('select 1 from private.alerts where rule = ''error_rate'' and resolved_at is null', 'it resolves by itself');

-- Jobs. Those that call an edge function need the vault.
select lives_ok(format('select private.run_job(%L)', name), name || ' runs')
from unnest(array['expire-checkouts', 'count-product-sales', 'choose-best-sellers', 'expire-carts', 'evaluate-alerts', 'create-partitions', 'sweep-images', 'purge', 'check-invariants', 'reconcile-payments']) as name;
delete from vault.secrets where name in ('project_url', 'secret_key');
update private.outbox set run_at = now(), leased_until = null where template = 'refund';
select throws_ok('select private.run_job(''send-emails'')', 'P0001', 'the vault has no project_url or no secret_key', 'without a vault, a job says what is missing');
select is(public.service_health() -> 'vault' ->> 'missing', '["project_url", "secret_key"]', 'and health names it');
select private.set_vault_secret('project_url', 'http://127.0.0.1:1');
select private.set_vault_secret('secret_key', 'sb_secret_x');
select is(public.service_health() -> 'vault' ->> 'missing', '[]', 'set late, they count');
select lives_ok('select private.run_job(''send-emails'')', 'with one, it asks the function');
select is((select convert_from(body, 'UTF8') || ' ' || url from net.http_request_queue order by id desc limit 1), '{} http://127.0.0.1:1/functions/v1/emails', 'at its address');
select is((select headers ->> 'apikey' from net.http_request_queue order by id desc limit 1), 'sb_secret_x', 'with the key');
insert into net._http_response (id, status_code) select id, 401 from net.http_request_queue order by id desc limit 1;
select private.set_vault_secret('secret_key', 'sb_secret_y');
select private.run_job('send-emails');
select is((select headers ->> 'apikey' from net.http_request_queue order by id desc limit 1), 'sb_secret_y', 'with the one that replaced it from then on');
select is((select job ->> 'failure' from jsonb_array_elements(public.service_health() -> 'jobs') as job where job ->> 'name' = 'send-emails'), 'HTTP 401', 'and health knows that the old one was refused');
select results_eq('select rule || '': '' || message from public.evaluate_alerts()', array['job_failing: What jobs asked of edge functions was not done: send-emails (HTTP 401).'], 'an alert says so');
insert into net._http_response (id, status_code) select id, 200 from net.http_request_queue order by id desc limit 1;
select private.run_job('send-emails');
select is_empty('select 1 from public.evaluate_alerts()', 'nothing new when the new one is taken');
select is_empty('select 1 from private.alerts where rule = ''job_failing'' and resolved_at is null', 'and the alert is resolved');
update private.job_runs set last_run_at = null, created_at = now() - interval '4 minutes 1 second' where name = 'expire-checkouts';
select results_eq('select rule || '': '' || message from public.evaluate_alerts()', array['job_late: Jobs did not run when they should: expire-checkouts.'], 'a job that failed from its first run on is late');
update private.job_runs set created_at = now() - interval '3 minutes' where name = 'expire-checkouts';
select count(*) from public.evaluate_alerts();
select is_empty('select 1 from private.alerts where rule = ''job_late'' and resolved_at is null', 'one that is new is not');
select private.run_job('expire-checkouts');
update private.job_runs set last_run_at = now() - interval '35 hours', runs = 7 where name = 'purge';
select private.run_missed_job('purge');
select is((select runs from private.job_runs where name = 'purge'), 7::bigint, 'a nightly job waits for its night');
update private.job_runs set last_run_at = now() - interval '37 hours' where name = 'purge';
select private.run_missed_job('purge');
select is((select runs from private.job_runs where name = 'purge'), 8::bigint, 'unless that was missed');
select throws_ok('select private.run_job(''no such job'')', '20000', null, 'there is no other job');
select is((select count(*) from private.job_runs where last_run_at is not null), 11::bigint, 'each notes that it ran');
select is((select count(*) from cron.job where command like '%private.run_job%'), 11::bigint, 'and is scheduled');
select is((select count(*) from cron.job where command like '%private.run_missed_job%'), 5::bigint, 'what is rare, twice');

-- Copies of pictures.
insert into storage.objects (bucket_id, name, user_metadata, created_at, updated_at)
select 'store-media', name, metadata::jsonb, now() - made::interval, now() - made::interval
from (values
  ('s/a.jpg', null, '5 hours'),
  ('s/a.jpg.00000000000000aa.w320.webp', '{"original": "s/a.jpg", "width": 320, "height": 200}', '4 hours'),
  ('s/a.jpg.00000000000000bb.w320.webp', '{"original": "s/a.jpg", "width": 320, "height": 240}', '3 hours'),
  ('s/a.jpg.00000000000000bb.w800.webp', '{"original": "s/a.jpg", "width": 800, "height": 600}', '3 hours'),
  ('s/a.jpg.old.jpg', null, '2 hours'),
  ('s/a.jpg.old.jpg.00000000000000cc.w320.webp', '{"original": "s/a.jpg.old.jpg", "width": 320, "height": 200}', '3 hours'),
  ('s/b.jpg.00000000000000dd.w320.webp', '{"original": "s/b.jpg", "width": 320, "height": 200}', '2 hours'),
  ('s/c.jpg.00000000000000dd.w320.webp', '{"original": "s/c.jpg", "width": 320, "height": 200}', '50 minutes'),
  ('s/d.jpg.00000000000000dd.w320.webp', null, '2 hours')
) as given (name, metadata, made);
select results_eq('select path || '' '' || height from public.get_image_copies(array[''s/a.jpg'', ''s/a.jpg.old.jpg'', ''s/b.jpg'', ''s/%'', '''', null])', array['s/a.jpg.00000000000000bb.w320.webp 240', 's/a.jpg.00000000000000bb.w800.webp 600'], 'copies are named while they show what their picture shows');
select set_eq('select * from public.list_stale_image_copies() as path', array['s/a.jpg.00000000000000aa.w320.webp', 's/a.jpg.old.jpg.00000000000000cc.w320.webp', 's/b.jpg.00000000000000dd.w320.webp'], 'those of replaced and deleted pictures are stale after an hour, and nothing that a store itself put there');
select is((select count(*) from public.list_stale_image_copies(1)), 1::bigint, 'so many at a time');

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
