-- Outbox, one-time codes, health, metrics, alerts, jobs and channels.
begin;
set local search_path = public, extensions;
select plan(103);
-- include: actors, orders
-- The database was made when the tests began; its jobs are not late because of that.
update private.job_runs set created_at = now();

-- The outbox.
delete from private.outbox;
select pg_temp.ask('cart', 'customer', 'public.add_to_cart({apple}, 2)');
select pg_temp.ask(
  'order', 'customer', 'public.checkout(''k'', ''cash_on_delivery'', shipping_address => {address}::jsonb)'
);
select pg_temp.name_value('order', (select value -> 'orders' -> 0 ->> 'id' from answers where name = 'order'));
select pg_temp.ask('x', 'owner', 'public.advance_order({order}, ''shipped'', ''DHL'', ''1'')');
create temporary table claimed as select * from public.claim_outbox();
select is((select count(*) from claimed), 3::bigint, 'messages that are due are claimed');
select is((select count(*) from public.claim_outbox()), 0::bigint, 'a message is claimed by one worker at a time');
select is(
  (select recipient from claimed where template = 'order_confirmed'), 'ana@orders.example',
  'the confirmation of an order goes to its customer'
);
select is(
  (select recipient from claimed where template = 'order_placed_store'), 'olga@orders.example',
  'the mail about a new order goes to the owner of a store without an address'
);
select is(
  (select data -> 'order' ->> 'number' from claimed where template = 'order_confirmed'), 'OL1',
  'a message comes with the order that it tells of'
);
select is(
  (select data -> 'lines' -> 0 ->> 'total' from claimed where template = 'order_confirmed'), '2000',
  'a message comes with the lines of its order'
);
select is(
  (select data -> 'tracking' ->> 'carrier' from claimed where template = 'order_status'), 'DHL',
  'a status mail comes with the carrier of the parcel'
);
select public.mark_outbox_sent((select id from claimed where template = 'order_confirmed'), 'provider-1');
select public.mark_outbox_sent((select id from claimed where template = 'order_confirmed'), 'provider-2');
select is(
  (select provider_id from private.outbox where template = 'order_confirmed'), 'provider-1',
  'a message that is marked sent twice keeps its first provider id'
);
select public.mark_outbox_failed((select id from claimed where template = 'order_status'), 'timeout');
select is(
  (select status || attempts from private.outbox where template = 'order_status'), 'pending1',
  'a message that failed waits to be tried again'
);
select cmp_ok(
  (select run_at from private.outbox where template = 'order_status'), '>', now(),
  'a message that failed is tried again later'
);
select public.mark_outbox_failed(
  (select id from claimed where template = 'order_placed_store'), 'no such mailbox', true
);
select is(
  (select status from private.outbox where template = 'order_placed_store'), 'dead',
  'a message that cannot be delivered is given up'
);
select is(
  (select count(*) from private.alerts where rule = 'outbox_dead'), 1::bigint,
  'a message that is given up raises an alert'
);
update private.outbox set attempts = 8 where template = 'order_status';
select public.mark_outbox_failed((select id from claimed where template = 'order_status'), 'timeout');
select is(
  (select status || attempts from private.outbox where template = 'order_status'), 'pending9',
  'a message that failed nine times is not given up'
);
savepoint tenth;
select public.mark_outbox_failed((select id from claimed where template = 'order_status'), 'timeout');
select is(
  (select status || attempts from private.outbox where template = 'order_status'), 'dead10',
  'a message that failed ten times is given up'
);
rollback to savepoint tenth;
update private.outbox set attempts = 1, leased_until = now() - interval '1 second', run_at = now()
where template = 'order_status';
select is(
  (select attempt from public.claim_outbox()  where template = 'order_status'), 2,
  'a message of a worker that died is claimed again'
);
insert into public.store_invitations (id, store_id, email, role, invited_by)
values (
  'b4000000-0000-4000-8000-000000000001', 'b1000000-0000-4000-8000-000000000001', 'new@orders.example', 'staff',
  'b0000000-0000-4000-8000-000000000003'
);
insert into public.refunds (
  id, order_id, store_id, customer_id, origin, status, currency, amount
) select 'b4000000-0000-4000-8000-000000000002',
id, store_id, customer_id, 'customer', 'requested', 'USD', 5
from public.orders
where id = (select value::uuid from ids where name = 'order');
update public.carts set status = 'active' where id = (select value ->> 'id' from answers where name = 'cart')::uuid;
insert into private.outbox (template, recipient, store_id, payload)
values (
  'invitation', 'new@orders.example', 'b1000000-0000-4000-8000-000000000001',
  '{"invitation_id": "b4000000-0000-4000-8000-000000000001"}'
);
insert into private.outbox (template, user_id, payload)
select template, 'b0000000-0000-4000-8000-000000000001', jsonb_build_object(
  'refund_id', 'b4000000-0000-4000-8000-000000000002', 'status', 'rejected',
  'variant_id', 'b3000000-0000-4000-8000-000000000001',
  'checkout_id', (select value ->> 'checkout_id' from answers where name = 'order'), 'cart_id',
  (select value ->> 'id' from answers where name = 'cart')
)
from unnest(
  array['refund', 'payment_failed', 'payment_refunded_late', 'low_stock', 'back_in_stock', 'abandoned_cart', 'alert']
) as template;
create temporary table more as select * from public.claim_outbox(50, 60);
select is(
  (select count(*) from more where template <> 'alert' and data is not null), 7::bigint, 'every template finds its data'
);
select is(
  (select data ->> 'token' from more where template = 'invitation'),
  private.invitation_link_token('b4000000-0000-4000-8000-000000000001'),
  'an invitation carries the token that is accepted'
);
select public.mark_outbox_skipped((select id from more where template = 'low_stock'), 'over');
select is(
  (select status || coalesce(sent_at::text, ' unsent') from private.outbox where template = 'low_stock'),
  'skipped unsent', 'a message that need not go out does not count as sent'
);
select is(
  pg_temp.attempt('customer', 'select public.mark_outbox_skipped(gen_random_uuid(), ''x'')'), '42501',
  'a customer does not mark a message as skipped'
);
select is(
  (select data -> 'refund' ->> 'amount' from more where template = 'refund'), '5',
  'the mail of a refund carries its amount'
);
select is(
  (select data -> 'lines' -> 0 ->> 'name' from more where template = 'abandoned_cart'), 'Apple',
  'the reminder of a cart carries what lies in it'
);
delete from public.refunds where id = 'b4000000-0000-4000-8000-000000000002';

-- What is over by the time it could be sent.
select is(
  private.outbox_data('invitation', '{"invitation_id": "b4000000-0000-4000-8000-000000000001"}', null) ->> 'role',
  'staff', 'an open invitation has its data'
);
update public.store_invitations set expires_at = now() where id = 'b4000000-0000-4000-8000-000000000001';
select is(
  private.outbox_data('invitation', '{"invitation_id": "b4000000-0000-4000-8000-000000000001"}', null), null,
  'an expired invitation has no data'
);
update public.carts set status = 'checked_out'
where id = (select value ->> 'id' from answers where name = 'cart')::uuid;
select is(
  private.outbox_data('abandoned_cart', (select payload from private.outbox where template = 'abandoned_cart'), null),
  null, 'a reminder of a cart that was ordered has no data'
);
update public.product_variants set is_in_stock = false where id = 'b3000000-0000-4000-8000-000000000001';
select is(
  private.outbox_data('back_in_stock', (select payload from private.outbox where template = 'back_in_stock'), null),
  null, 'the news of what is sold out again has no data'
);

-- People without an address.
update auth.users set email = null, email_confirmed_at = null where id = 'b0000000-0000-4000-8000-000000000001';
update private.settings set order_texts_per_phone_and_day = 2;
delete from private.outbox where status = 'pending';
insert into private.outbox (template, user_id, payload) select 'alert', 'b0000000-0000-4000-8000-000000000001', '{}'
from generate_series(1, 3);
create temporary table texts as select * from public.claim_outbox(50, 60);
select results_eq(
  'select channel, recipient from texts order by id',
  $$values ('sms', '+920000000001'), ('sms', '+920000000001'), ('sms', null)$$,
  'texts go out as often as one day allows'
);
update private.outbox set status = 'sent', sent_at = now() where status = 'pending';
insert into private.outbox (template, user_id, payload) values ('alert', 'b0000000-0000-4000-8000-000000000001', '{}');
select is(
  (select recipient from public.claim_outbox(50, 60)), null, 'a phone at its daily limit is not texted in any run'
);
update private.outbox set created_at = now() - interval '2 days', leased_until = null;
select is(
  (select recipient from public.claim_outbox(50, 60)), '+920000000001', 'a phone is texted again when a day is over'
);
delete from private.outbox where template = 'alert';

-- One-time codes.
select is(
  public.register_sms('+15550001111', 'b5000000-0000-4000-8000-000000000001') ->> 'outcome', 'send',
  'a sign-in code may be sent'
);
select is(
  public.register_sms('+15550001111', 'b5000000-0000-4000-8000-000000000001') ->> 'outcome', 'in_flight',
  'a second try of a sign-in code waits for the first'
);
select public.settle_sms('b5000000-0000-4000-8000-000000000001');
select is(
  public.register_sms('+15550001111', 'b5000000-0000-4000-8000-000000000001') ->> 'outcome', 'send',
  'a sign-in code that failed may be tried again'
);
select public.settle_sms('b5000000-0000-4000-8000-000000000001', 'SM1');
select is(
  public.register_sms('+15550001111', 'b5000000-0000-4000-8000-000000000001') ->> 'outcome', 'sent',
  'a sign-in code that went out does not go out again'
);
update private.settings set sms_per_phone_and_day = 1;
select is(
  pg_temp.attempt('service', 'select public.register_sms(''+15550001111'', gen_random_uuid())'),
  'PT429 sms_limit_reached', 'a phone has a daily limit of sign-in codes'
);
select is(
  public.register_sms('+15550002222', gen_random_uuid()) ->> 'outcome', 'send',
  'another phone has a daily limit of its own'
);
select is(
  pg_temp.attempt('service', 'select public.register_sms(''0155'', gen_random_uuid())'), 'PT422 invalid_phone',
  'a phone without its country gets no sign-in code'
);
select is(
  pg_temp.attempt('customer', 'select public.register_sms(''+15550002222'', gen_random_uuid())'), '42501',
  'a customer sends no sign-in codes'
);

-- Health, metrics, alerts.
select is(
  public.service_health() -> 'outbox' ->> 'dead', '1', 'the health of the service counts what could not be delivered'
);
select is(jsonb_array_length(public.service_health() -> 'jobs'), 19, 'the health of the service knows every job');
select is_empty(
  'select 1 from jsonb_array_elements(public.service_health() -> ''jobs'') as job where (job ->> ''is_late'')::boolean',
  'no job of a fresh database is late'
);
select public.record_request('payments', '/payments/intents', 'POST', 500, 12) from generate_series(1, 30);
select isnt_empty(
  $$
    select 1
    from public.read_metrics()
    where name = 'marketbase_requests_total' and labels ->> 'function' = 'payments' and value = 30
  $$,
  'requests are added up in the metrics'
);
select public.record_request('payments', '/payments/intents', 'POST', 200, ms) from unnest(array[25, 26, 99999]) as ms;
select results_eq(
  $$
    select labels ->> 'le' || ' ' || value
    from public.read_metrics()
    where name = 'marketbase_request_duration_seconds_bucket' and labels ->> 'le' in ('0.025', '0.05', '10', '+Inf')
  $$,
  array['0.025 31', '0.05 32', '10 32', '+Inf 33'], 'requests are counted by how long they took'
);
select is(
  (select value from public.read_metrics() where name = 'marketbase_request_duration_seconds_sum'), 100.41,
  'the time of all requests is told in seconds'
);
delete from private.request_metrics where status = 200;
select is_empty(
  'select name from public.read_metrics() group by name having count(distinct (type, help)) > 1',
  'each metric has one meaning'
);
select is_empty(
  'select name, labels from public.read_metrics() group by name, labels having count(*) > 1',
  'each series of a metric is told once'
);
select isnt_empty(
  'select * from public.read_metrics() where name = ''marketbase_orders''', 'orders are counted in the metrics'
);
select results_eq(
  'select rule from public.evaluate_alerts()', array['error_rate'], 'a rule that is crossed raises an alert'
);
select is_empty('select rule from public.evaluate_alerts()', 'a rule that stays crossed raises one alert');
delete from private.request_metrics;
select is_empty('select rule from public.evaluate_alerts()', 'a rule that holds again raises no alert');
select is_empty(
  'select 1 from private.alerts where rule = ''error_rate'' and resolved_at is null',
  'an alert resolves by itself when its rule holds again'
);

-- Jobs. Those that call an edge function need the vault.
select lives_ok(format('select private.run_job(%L)', name), 'the job ' || name || ' runs')
from unnest(
  array[
    'expire-checkouts', 'expire-bookings', 'offer-freed-times', 'remind-bookings', 'count-product-sales',
    'choose-best-sellers', 'rescore-products', 'expire-carts', 'evaluate-alerts', 'create-partitions', 'sweep-images',
    'purge', 'check-invariants', 'reconcile-payments'
  ]
) as name;
delete from vault.secrets where name in ('project_url', 'secret_key');
update private.outbox set run_at = now(), leased_until = null where template = 'refund';
select throws_ok(
  'select private.run_job(''send-emails'')', 'P0001', 'the vault has no project_url or no secret_key',
  'without a vault, a job says what is missing'
);
select is(
  public.service_health() -> 'vault' ->> 'missing', '["project_url", "secret_key"]',
  'the health of the service names what the vault lacks'
);
select private.set_vault_secret('project_url', 'http://127.0.0.1:1');
select private.set_vault_secret('secret_key', 'sb_secret_x');
select is(public.service_health() -> 'vault' ->> 'missing', '[]', 'secrets of the vault that are set late count');
select lives_ok('select private.run_job(''send-emails'')', 'a job with its secrets asks its function');
select is(
  (select convert_from(body, 'UTF8') || ' ' || url from net.http_request_queue order by id desc limit 1),
  '{} http://127.0.0.1:1/functions/v1/emails', 'a job asks its function at its address'
);
select is(
  (select headers ->> 'apikey' from net.http_request_queue order by id desc limit 1), 'sb_secret_x',
  'a job asks its function with the secret key'
);
insert into net._http_response (id, status_code) select id, 401 from net.http_request_queue order by id desc limit 1;
select private.set_vault_secret('secret_key', 'sb_secret_y');
select private.run_job('send-emails');
select is(
  (select headers ->> 'apikey' from net.http_request_queue order by id desc limit 1), 'sb_secret_y',
  'a job asks with the new secret key once it was replaced'
);
select is(
  (
    select job ->> 'failure'
    from jsonb_array_elements(public.service_health() -> 'jobs') as job
    where job ->> 'name' = 'send-emails'
  ),
  'HTTP 401', 'the health of the service tells that the old secret key was refused'
);
select results_eq(
  'select rule || '': '' || message from public.evaluate_alerts()',
  array['job_failing: What jobs asked of edge functions was not done: send-emails (HTTP 401).'],
  'a job whose request is refused raises an alert'
);
insert into net._http_response (id, status_code) select id, 200 from net.http_request_queue order by id desc limit 1;
select private.run_job('send-emails');
select is_empty('select 1 from public.evaluate_alerts()', 'a job whose new secret key is taken raises no alert');
select is_empty(
  'select 1 from private.alerts where rule = ''job_failing'' and resolved_at is null',
  'the alert of a job resolves when its new secret key is taken'
);
update private.job_runs set last_run_at = null, created_at = now() - interval '4 minutes 1 second'
where name = 'expire-checkouts';
select results_eq(
  'select rule || '': '' || message from public.evaluate_alerts()',
  array['job_late: Jobs did not run when they should: expire-checkouts.'],
  'a job that failed from its first run on is late'
);
update private.job_runs set created_at = now() - interval '3 minutes' where name = 'expire-checkouts';
select count(*) from public.evaluate_alerts();
select is_empty(
  'select 1 from private.alerts where rule = ''job_late'' and resolved_at is null', 'a job that is new is not late'
);
select private.run_job('expire-checkouts');
update private.job_runs set last_run_at = now() - interval '35 hours', runs = 7 where name = 'purge';
select private.run_missed_job('purge');
select is(
  (select runs from private.job_runs where name = 'purge'), 7::bigint, 'a nightly job does not run before its night'
);
update private.job_runs set last_run_at = now() - interval '37 hours' where name = 'purge';
select private.run_missed_job('purge');
select is(
  (select runs from private.job_runs where name = 'purge'), 8::bigint, 'a nightly job that missed its night runs'
);
select throws_ok('select private.run_job(''no such job'')', '20000', null, 'a job of an unknown name does not run');
select is(
  (select count(*) from private.job_runs where last_run_at is not null), 15::bigint, 'each job notes that it ran'
);
select is((select count(*) from cron.job where command like '%private.run_job%'), 19::bigint, 'each job is scheduled');
select is(
  (select count(*) from cron.job where command like '%private.run_missed_job%'), 6::bigint,
  'each rare job is scheduled a second time'
);

-- Copies of pictures.
insert into storage.objects (bucket_id, name, user_metadata, created_at, updated_at)
select 'store-media', name, metadata::jsonb, now() - made::interval, now() - made::interval
from (values
  ('s/a.jpg', null, '5 hours'),
  ('s/a.jpg.00000000000000aa.w320.webp', '{"original": "s/a.jpg", "width": 320, "height": 200}', '4 hours'),
  (
    's/a.jpg.00000000000000bb.w320.webp',
    '{"original": "s/a.jpg", "width": 320, "height": 240, "blurhash": "LEHV6nWB2yk8pyo0adR*.7kCMdnj",
      "color": "#a08060"}',
    '3 hours'
  ),
  (
    's/a.jpg.00000000000000bb.w800.webp',
    '{"original": "s/a.jpg", "width": 800, "height": 600, "blurhash": "<script>", "color": "red;x:y"}', '3 hours'
  ),
  (
    's/a.jpg.00000000000000bb.w320.avif',
    '{"original": "s/a.jpg", "width": 320, "height": 240, "blurhash": "LEHV6nWB2yk8pyo0adR*.7kCMdnj",
      "color": "#a08060"}',
    '3 hours'
  ),
  ('s/a.jpg.00000000000000aa.w320.avif', '{"original": "s/a.jpg", "width": 320, "height": 200}', '4 hours'),
  ('s/a.jpg.old.jpg', null, '2 hours'),
  (
    's/a.jpg.old.jpg.00000000000000cc.w320.webp', '{"original": "s/a.jpg.old.jpg", "width": 320, "height": 200}',
    '3 hours'
  ),
  ('s/b.jpg.00000000000000dd.w320.webp', '{"original": "s/b.jpg", "width": 320, "height": 200}', '2 hours'),
  ('s/c.jpg.00000000000000dd.w320.webp', '{"original": "s/c.jpg", "width": 320, "height": 200}', '50 minutes'),
  ('s/d.jpg.00000000000000dd.w320.webp', null, '2 hours')
) as given (name, metadata, made);
select results_eq(
  $$
    select concat_ws(' ', path, height, avif_path, blurhash, color)
    from public.get_image_copies(array['s/a.jpg', 's/a.jpg.old.jpg', 's/b.jpg', 's/%', '', null])
  $$,
  array[
    's/a.jpg.00000000000000bb.w320.webp 240 s/a.jpg.00000000000000bb.w320.avif LEHV6nWB2yk8pyo0adR*.7kCMdnj #a08060',
    's/a.jpg.00000000000000bb.w800.webp 600'
  ],
  'the copies of a picture are named while they show what it shows, with placeholders that are some'
);
select set_eq(
  'select * from public.list_stale_image_copies() as path',
  array[
    's/a.jpg.00000000000000aa.w320.webp', 's/a.jpg.00000000000000aa.w320.avif',
    's/a.jpg.old.jpg.00000000000000cc.w320.webp',
    's/b.jpg.00000000000000dd.w320.webp'
  ],
  'copies of replaced and deleted pictures are stale after an hour, and nothing that a store put there'
);
select is(
  (select count(*) from public.list_stale_image_copies(1)), 1::bigint, 'stale copies are listed so many at a time'
);

-- Channels.
select is(
  pg_temp.ask('x', 'customer', 'private.can_join_topic(''user:b0000000-0000-4000-8000-000000000001'')'), 'true',
  'people join their own channel'
);
select is(
  pg_temp.ask('x', 'customer', 'private.can_join_topic(''user:b0000000-0000-4000-8000-000000000002'')'), 'false',
  'people do not join another''s channel'
);
select is(
  pg_temp.ask('x', 'staff', 'private.can_join_topic(''store:b1000000-0000-4000-8000-000000000001:orders'')'), 'true',
  'members join the channel of their store''s orders'
);
select is(
  pg_temp.ask('x', 'rival', 'private.can_join_topic(''store:b1000000-0000-4000-8000-000000000001:orders'')'), 'false',
  'members of other stores do not join the channel of a store''s orders'
);
select is(
  pg_temp.ask('x', 'customer', format('private.can_join_topic(%L)', topic)), 'false',
  'a customer does not join the topic ' || coalesce(left(topic, 30), 'null')
)
from unnest(array[
  '', 'user:', 'user:x', 'store:b1000000-0000-4000-8000-000000000001',
  'user:b0000000-0000-4000-8000-000000000001:orders', 'USER:b0000000-0000-4000-8000-000000000001',
  repeat('x', 100000), e'user:b0000000-0000-4000-8000-000000000001\n'
]) as topic;
select is(pg_temp.attempt('visitor', 'select private.can_join_topic(''user:x'')'), '42501', 'a visitor joins no topic');
select is(
  pg_temp.attempt(
    'customer', 'insert into realtime.messages (topic, extension, payload) values (''user:x'', ''broadcast'', ''{}'')'
  ),
  '42501', 'a customer sends nothing on a topic directly'
);
-- Who listens is asked for each kind of message. Presence, which would tell who else is there, is given to nobody.
select set_config('realtime.topic', 'user:b0000000-0000-4000-8000-000000000001', true);
insert into realtime.messages (topic, extension, payload)
select 'user:b0000000-0000-4000-8000-000000000001', extension, '{"kept": true}'
from unnest(array['broadcast', 'presence']) as extension;
select is(
  pg_temp.attempt(
    'customer', format('select from realtime.messages where payload ? ''kept'' and extension = %L', kind.extension)
  ), kind.seen,
  format('of the messages of the kind %s on their own topic people may receive: %s', kind.extension, kind.seen)
)
from (values ('broadcast', '1'), ('presence', '0')) as kind (extension, seen);
select is(
  pg_temp.attempt(
    'customer',
    $$
      insert into realtime.messages (topic, extension, payload)
      values ('user:b0000000-0000-4000-8000-000000000001', 'presence', '{}')
    $$
  ),
  '42501', 'a customer tells nobody on a private topic that she is there'
);
select is_empty('select * from private.check_invariants()', 'no invariant of the books is violated by the jobs');
select * from finish();
rollback;
