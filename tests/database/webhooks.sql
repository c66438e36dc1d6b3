-- Outgoing webhooks: who has endpoints, what is told, and what becomes of a delivery.
begin;
set local search_path = public, extensions;
select plan(63);
-- include: actors, orders
select pg_temp.name_value('olga', 'b1000000-0000-4000-8000-000000000001');
select pg_temp.name_value('rita', 'b1000000-0000-4000-8000-000000000002');

-- Endpoints.
create function pg_temp.create_as(
  actor text, url text, events text default '{order.created}', store text default '{olga}'
) returns text
language sql
as $$
  select pg_temp.attempt(
    actor, format('select public.create_webhook_endpoint(%s, %L, %L)', pg_temp.fill_in(store), url, events)
  )
$$;
select is(
  pg_temp.create_as(actor, 'https://a.example/h'), refusal,
  'an endpoint of a store is made by its owner and managers only: not by ' || actor
)
from (values
  ('visitor', 'PT401 not_signed_in'), ('staff', 'PT403 store_role_required'), ('rival', 'PT403 store_role_required')
) as refused (actor, refusal);
select is(
  pg_temp.create_as('owner', 'https://a.example/h', store => 'null'), 'PT403 platform_admin_required',
  'an endpoint for the events of every store is refused to the owner of one'
);
select is(
  pg_temp.create_as('admin', 'https://a.example/h', store => '''b1000000-0000-4000-8000-0000000000ff'''),
  'PT404 store_not_found', 'an endpoint of a store that does not exist is refused'
);
select is(
  pg_temp.create_as('owner', url), 'PT422 invalid_webhook_url', 'no endpoint is made for ' || left(url, 40)
)
from unnest(array[
  'http://a.example/h', 'ftp://a.example', 'https://user:pw@a.example/', 'https://a.example/#x', 'https://',
  'https://a b.example', 'file:///etc/passwd', 'javascript:alert(1)', '//a.example', 'https://a.example:123456/',
  e'https://a.example/\r\nx: y', 'https://münchen.example/', 'https://a.example/' || repeat('x', 2000), ''
]) as url;
select is(
  pg_temp.create_as('owner', 'https://a.example/h', events), 'PT422 invalid_webhook_events',
  'no endpoint is made for the events ' || events
)
from unnest(array['{}', '{order.eaten}', '{order.created,NULL}']) as events;
select is(pg_temp.create_as('manager', url), '1', 'an endpoint may be at ' || url)
from unnest(array[
  'https://a.example', 'https://A.example:8443/h?x=1', 'https://[2606:4700::1]/', 'http://127.0.0.1:9999/h',
  'http://localhost/', 'https://192.0.2.1/'
]) as url;
select pg_temp.create_as('owner', 'https://' || n || '.example') from generate_series(1, 4) as n;
select is(
  pg_temp.create_as('owner', 'https://one-more.example'), 'PT422 too_many_webhook_endpoints',
  'a store has at most ten endpoints'
);
delete from public.webhook_endpoints;

-- What is told.
select pg_temp.ask(
  'all', 'owner', 'public.create_webhook_endpoint({olga}, ''https://all.example/h'',
    array[''order.created'', ''order.updated'', ''refund.created'', ''refund.updated'', ''stock.updated''])'
);
select pg_temp.ask(
  'platform', 'admin', 'public.create_webhook_endpoint(null, ''https://platform.example/h'', array[''order.created''])'
);
select pg_temp.ask(
  'rival', 'rival', 'public.create_webhook_endpoint({rita}, ''https://rival.example/h'', array[''order.created''])'
);
select pg_temp.name_value('endpoint', (select value ->> 'id' from answers where name = 'all'));
select matches(
  (select value ->> 'secret' from answers where name = 'all'), '^whsec_[A-Za-z0-9+/]{43}=$',
  'the secret of a new endpoint is shown to whoever makes it'
);
select pg_temp.ask('cart', 'customer', 'public.add_to_cart({apple}, 2)');
select pg_temp.ask(
  'order', 'customer', 'public.checkout(''k'', ''cash_on_delivery'', shipping_address => {address}::jsonb)'
);
select pg_temp.name_value('order', (select value -> 'orders' -> 0 ->> 'id' from answers where name = 'order'));
select pg_temp.ask('x', 'owner', 'public.advance_order({order}, ''shipped'', ''DHL'', ''1'')');
select pg_temp.ask('x', 'owner', 'public.record_cash_payment({order})');
select pg_temp.ask('refund', 'owner', 'public.request_refund({order}, amount => 100)');
select pg_temp.name_value('refund', (select value ->> 'id' from answers where name = 'refund'));
select pg_temp.ask('x', 'owner', 'public.decide_refund({refund}, true)');
select results_eq(
  'select url, array_agg(type order by webhook_deliveries.id) from public.webhook_deliveries
    join public.webhook_endpoints on webhook_endpoints.id = endpoint_id
    join public.webhook_events on webhook_events.id = event_id group by url order by url',
  $$values
    (
      'https://all.example/h',
      ('{stock.updated,order.created,order.updated,order.updated,'
        || 'refund.created,refund.updated,order.updated,refund.updated}')::text[]
    ),
    ('https://platform.example/h', '{order.created}')$$,
  'each event of a store is told to its endpoints and the marketplace''s that asked for it, and to no rival'
);
select is(
  (select count(*) from public.webhook_events), 8::bigint, 'an event that two endpoints hear of is written once'
);
select is(
  (select data - 'at' from public.webhook_events where type = 'order.created'),
  (
    select jsonb_build_object(
      'order_id', id, 'status', 'confirmed', 'payment_status', 'unpaid', 'number', 1, 'reference', 'OL1',
      'currency', 'USD', 'total_amount', total_amount, 'item_count', 2
    )
    from public.orders where id::text = (select value from ids where name = 'order')
  ),
  'the event of an order says what it is and nothing about the customer'
);
select is(
  (select data - array['variant_id', 'store_id'] from public.webhook_events where type = 'stock.updated'),
  (
    select jsonb_build_object('on_hand', on_hand, 'reserved', reserved, 'available', on_hand - reserved)
    from public.stock_levels where variant_id::text = (select value from ids where name = 'apple')
  ),
  'the event of stock says how much there is'
);
update public.stock_levels set low_stock_threshold = 1
where store_id::text = (select value from ids where name = 'olga');
select is(
  (select count(*) from public.webhook_events where type = 'stock.updated'), 1::bigint,
  'an event of stock is written when its figures change, not when its alert is set'
);

-- Workers.
create temporary table claimed as select * from public.claim_webhooks();
select is(
  (select array_agg(type order by type) from claimed where url = 'https://all.example/h'),
  '{order.created,order.updated,order.updated,stock.updated}',
  'one endpoint is sent four events at a time, oldest first'
);
select is(
  (select secrets from claimed where type = 'stock.updated'),
  array[(select value ->> 'secret' from answers where name = 'all')], 'a delivery is signed with the endpoint''s secret'
);
select is((select count(*) from public.claim_webhooks()), 0::bigint, 'what a worker has is not handed out again');
create function pg_temp.settle(wanted text, code integer, tries integer default 1, error text default null)
returns void
language sql
as $$ select public.settle_webhook(id, tries, code, error, 12) from claimed where type = wanted limit 1 $$;
select pg_temp.settle('stock.updated', 200);
select is(
  (
    select webhook_deliveries.status || response_code from public.webhook_deliveries
    join public.webhook_events on webhook_events.id = event_id where type = 'stock.updated'
  ),
  'delivered200', 'an answer of 2xx is a delivery'
);
select is(
  (select count(*) from public.claim_webhooks()), 1::bigint, 'one that is delivered makes room for the next'
);
select pg_temp.settle('order.created', 302);
create function pg_temp.created() returns public.webhook_deliveries
language sql
as $$
  select webhook_deliveries.* from public.webhook_deliveries
  where id = (select claimed.id from claimed where type = 'order.created' limit 1)
$$;
select is(
  (select status || attempts || error || response_code from pg_temp.created()), 'pending1answered_not_2xx302',
  'a redirect is no delivery, and is tried again'
);
select isnt(
  (select failing_since from public.webhook_endpoints where id = (select endpoint_id from pg_temp.created())), null,
  'an endpoint remembers since when it fails'
);
select pg_temp.settle('order.created', 500, 1);
select is(
  (select attempts from pg_temp.created()), 1, 'a report that comes twice counts once'
);
create temporary table pauses (attempt integer, pause interval);
do $$
begin
  for n in 2..8 loop
    perform pg_temp.settle('order.created', null, n, 'connection_timeout');
    insert into pauses select n, next_attempt_at - now() from pg_temp.created();
  end loop;
end;
$$;
select is(
  (select status || attempts || error from pg_temp.created()), 'failed8connection_timeout',
  'a delivery is given up after eight tries'
);
select ok(
  (select sum(pause) + interval '5 seconds' between interval '23 hours' and interval '27 hours' from pauses),
  'eight tries take about a day'
);
select pg_temp.name_value('delivery', (select id::text from pg_temp.created()));
select is(
  pg_temp.attempt(actor, 'select public.replay_webhook_delivery({delivery})'), refusal,
  'a delivery is sent again for those who may see it only: not for ' || actor
)
from (values
  ('visitor', 'PT401 not_signed_in'), ('staff', 'PT404 webhook_delivery_not_found'),
  ('rival', 'PT404 webhook_delivery_not_found')
) as refused (actor, refusal);
select pg_temp.attempt('admin', 'select public.replay_webhook_delivery({delivery})');
select is(
  (select status || attempts from pg_temp.created()), 'pending0', 'a delivery that is replayed has eight new tries'
);

-- Rolling and switching off.
select pg_temp.ask('rolled', 'owner', 'public.roll_webhook_secret({endpoint})');
update public.webhook_deliveries set leased_until = null, next_attempt_at = now() where status = 'pending';
select is(
  (select secrets from public.claim_webhooks() where url = 'https://all.example/h' limit 1),
  array[
    (select value ->> 'secret' from answers where name = 'rolled'),
    (select value ->> 'secret' from answers where name = 'all')
  ],
  'for a day after rolling, deliveries are signed with the new secret and the old one'
);
update public.webhook_endpoints set old_secret_expires_at = now();
update public.webhook_deliveries set leased_until = null where status = 'pending';
select is(
  (select secrets from public.claim_webhooks() where url = 'https://all.example/h' limit 1),
  array[(select value ->> 'secret' from answers where name = 'rolled')],
  'a day after rolling, deliveries are signed with the new secret alone'
);
update public.webhook_endpoints set failing_since = now() - interval '3 days' + interval '1 second'
where url like 'https://all%';
update public.webhook_deliveries set leased_until = null where status = 'pending';
drop table claimed;
create temporary table claimed as select * from public.claim_webhooks() where url = 'https://all.example/h';
select is((select count(*) from claimed), 1::bigint, 'an endpoint that fails is sent one event at a time');
select public.settle_webhook(id, attempt, 503, null, 1) from claimed;
select is(
  (select disabled_at from public.webhook_endpoints where url like 'https://all%'), null,
  'an endpoint that has failed for less than three days stays on'
);
update public.webhook_endpoints set failing_since = now() - interval '3 days' where url like 'https://all%';
select public.settle_webhook(id, attempt + 1, 503, null, 1) from claimed;
select is(
  (select disabled_reason from public.webhook_endpoints where url like 'https://all%'), 'failing',
  'an endpoint that has accepted nothing for three days is switched off'
);
select is(
  (select payload ->> 'url' from private.outbox where template = 'webhook_disabled'), 'https://all.example/h',
  'its store is written to'
);
select is(
  (
    select count(*) from public.webhook_deliveries
    where endpoint_id::text = (select value from ids where name = 'endpoint') and status = 'pending'
  ),
  0::bigint, 'nothing waits for an endpoint that is off'
);
select pg_temp.remember('failed', $$
  select id::text from public.webhook_deliveries where error = 'endpoint_disabled' limit 1
$$);
select is(
  pg_temp.attempt('owner', 'select public.replay_webhook_delivery({failed})'), 'PT409 webhook_endpoint_disabled',
  'nothing is replayed to an endpoint that is off'
);
select is(
  pg_temp.attempt('rival', 'select public.update_webhook_endpoint({endpoint}, is_enabled => true)'),
  'PT404 webhook_endpoint_not_found', 'an endpoint does not exist for another store'
);
select pg_temp.attempt('owner', 'select public.update_webhook_endpoint({endpoint}, is_enabled => true)');
select is(
  pg_temp.attempt('owner', 'select public.replay_webhook_delivery({failed})'), '1',
  'once an endpoint is on again, what it missed can be replayed'
);
select pg_temp.attempt('owner', 'select public.update_webhook_endpoint({endpoint}, is_enabled => false)');
select is(
  (select disabled_reason from public.webhook_endpoints where url like 'https://all%'), 'switched_off',
  'an endpoint is switched off by its people'
);
select is(
  (select count(*) from private.outbox where template = 'webhook_disabled'), 1::bigint,
  'nobody is written to about an endpoint that its people switched off'
);

-- What else is told: appointments, payouts, reviews, messages. None says who it is about.
select pg_temp.create_as(
  'owner', 'https://else.example/h',
  '{booking.created,booking.updated,payout.created,payout.updated,review.created,review.updated,message.created}'
);
select pg_temp.ask('hours', 'owner', $$(
  select count(*) from public.set_opening_hours({olga}, (
    select jsonb_agg(jsonb_build_object('weekday', weekday, 'opens', '00:00', 'closes', '24:00'))
    from generate_series(1, 7) as weekday
  ))
)$$);
select pg_temp.ask('staff', 'owner', 'public.save_staff({olga}, name => ''Stella'')');
select pg_temp.ask('service', 'owner', 'public.save_service({olga}, name => ''Haircut'', duration_minutes => 60)');
select pg_temp.name_value('haircut', (select value ->> 'id' from answers where name = 'service'));
select pg_temp.ask(
  'booking', 'customer',
  format('public.book_slot({haircut}, %L, ''one'')', date_trunc('day', now()) + interval '2 days 10 hours')
);
select pg_temp.name_value('booking', (select value ->> 'id' from answers where name = 'booking'));
select pg_temp.attempt('owner', 'select public.cancel_booking({booking}, ''Ill.'')');
select pg_temp.ask('talk', 'customer', 'public.start_conversation({olga}, ''order'', {order})');
select pg_temp.name_value('talk', (select value ->> 'id' from answers where name = 'talk'));
select pg_temp.attempt('customer', 'select public.send_message({talk}, ''Secret words'', gen_random_uuid())');
select pg_temp.attempt('owner', 'select public.advance_order({order}, ''delivered'')');
select pg_temp.ask(
  'review', 'customer', 'public.submit_review(''store'', {olga}, ''4'', ''Secret words'', ''{}'', ''r'')'
);
select pg_temp.name_value('review', (select value ->> 'id' from answers where name = 'review'));
select pg_temp.attempt('customer', 'select public.update_review({review}, ''5'', ''Secret words'')');
insert into public.payouts (store_id, currency, requested_amount, amount)
select value::uuid, 'USD', 100, 100 from ids where name = 'olga';
update public.payouts set status = 'failed', failure_code = 'x' where store_id::text = (
  select value from ids where name = 'olga'
);
select results_eq(
  'select type, string_agg(coalesce(data ->> ''status'', data ->> ''side''), '','' order by webhook_deliveries.id)
    from public.webhook_deliveries
    join public.webhook_endpoints on webhook_endpoints.id = endpoint_id
    join public.webhook_events on webhook_events.id = event_id
    where url like ''https://else%'' group by type order by type',
  $$values
    ('booking.created', 'confirmed'), ('booking.updated', 'cancelled'), ('message.created', 'customer'),
    ('payout.created', 'requested'), ('payout.updated', 'failed'),
    ('review.created', 'visible'), ('review.updated', 'visible')$$,
  'events of appointments, payouts, reviews and messages are told to whoever asked for them'
);
select is_empty(
  $$
    select type, data from public.webhook_events
    where data::text ~ 'Secret|customer_|user_id|email|phone' or not data ? 'store_id' and type !~ '^(order|refund)'
  $$,
  'no event has words or names of a person'
);
select * from finish();
rollback;
