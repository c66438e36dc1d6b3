-- Notifications: the feed and its count, kinds, preferences, quiet hours, digests, browsers, links that end letters.
begin;
set local search_path = public, extensions;
select plan(114);
-- include: actors, orders
delete from private.outbox;
delete from public.notifications;
create function pg_temp.tell(kind text, number integer default 1) returns void
language sql
as $$
  insert into public.notifications (id, user_id, kind, title, data)
  values (
    ('b6000000-0000-7000-8000-' || lpad(tell.number::text, 12, '0'))::uuid, 'b0000000-0000-4000-8000-000000000001',
    tell.kind, 'Title ' || tell.number, '{}'
  )
$$;
create function pg_temp.browser(number integer) returns text
language sql
as $$
  select format(
    'public.subscribe_push(%L, %L, %L)', 'https://updates.push.services.mozilla.com/wpush/v2/' || browser.number,
    'B' || repeat('A', 86), repeat('A', 22)
  )
$$;

-- The feed.
select is(
  pg_temp.ask('feed', 'customer', 'public.list_notifications()'),
  '{"items": [], "next_cursor": null, "unread_count": 0}'::jsonb, 'an empty feed has nothing to read'
);
select count(pg_temp.tell('order_shipped', number)) from generate_series(1, 99) as number;
select is(
  pg_temp.ask('feed', 'customer', 'public.list_notifications(2)') ->> 'unread_count', '99',
  'ninety-nine unread notifications are counted exactly'
);
select is(
  (select value -> 'items' -> 0 ->> 'title' from answers where name = 'feed'), 'Title 99', 'the newest comes first'
);
select pg_temp.tell('order_shipped', 100);
select is(
  pg_temp.ask('feed', 'customer', 'public.list_notifications(2)') ->> 'unread_count', '100',
  'the hundredth unread notification is counted'
);
select count(pg_temp.tell('order_shipped', number)) from generate_series(101, 150) as number;
select is(
  pg_temp.ask('feed', 'customer', 'public.list_notifications(60)') ->> 'unread_count', '100',
  'of more than a hundred unread notifications a hundred are counted'
);
select is(
  (select value ->> 'next_cursor' from answers where name = 'feed'), 'b6000000-0000-7000-8000-000000000091',
  'a full page says where the next one begins'
);
select is(
  pg_temp.ask(
    'page', 'customer', 'public.list_notifications(60, ''b6000000-0000-7000-8000-000000000091'')'
  ) -> 'items' -> 0 ->> 'id', 'b6000000-0000-7000-8000-000000000090', 'the next page goes on where the first ended'
);
select is(
  pg_temp.ask(
    'page', 'customer', 'public.list_notifications(30, ''b6000000-0000-7000-8000-000000000031'')'
  ) -> 'next_cursor', 'null', 'a last page that is just full says that it is the last'
);
select is(
  pg_temp.attempt('customer', 'select public.list_notifications(10, ''x'')'), 'PT400 invalid_cursor',
  'what is no cursor is refused'
);
select is(
  pg_temp.ask('feed', 'other customer', 'public.list_notifications()') ->> 'unread_count', '0',
  'nobody sees the notifications of somebody else'
);
select is(
  pg_temp.ask(
    'marked', 'customer', 'public.mark_notifications_read(''b6000000-0000-7000-8000-000000000060'')'
  ), '{"marked": 60, "unread_count": 90}'::jsonb, 'what was shown is marked as read, and what came later is not'
);
select is(
  (select count(*) from public.notifications where read_at is null), 90::bigint, 'the unread count equals a recount'
);
select is(
  pg_temp.ask('marked', 'customer', 'public.mark_notifications_read(''b6000000-0000-7000-8000-000000000060'')'),
  '{"marked": 0, "unread_count": 90}'::jsonb, 'marking the same as read again changes nothing'
);
select is(
  (
    select payload ->> 'unread_count' from realtime.messages
    where topic = 'user:b0000000-0000-4000-8000-000000000001' and event = 'notifications_read'
    order by inserted_at, id
    limit 1
  ), '90', 'other open pages hear how many are left'
);
select pg_temp.attempt(
  'customer',
  $$
    update public.notifications set read_at = '2999-01-01'
    where id in ('b6000000-0000-7000-8000-000000000001', 'b6000000-0000-7000-8000-000000000150')
  $$
);
select is(
  (select array_agg(distinct read_at) from public.notifications where read_at is not null), array[now()],
  'when something was read is what the server''s clock says, not the client''s'
);
select pg_temp.attempt(
  'customer',
  $$update public.notifications set read_at = '2026-01-01' where id = 'b6000000-0000-7000-8000-000000000150'$$
);
select is(
  (select read_at from public.notifications where id = 'b6000000-0000-7000-8000-000000000150'), now(),
  'what was read stays read since the first time'
);
select pg_temp.attempt(
  'customer', $$update public.notifications set read_at = null where id = 'b6000000-0000-7000-8000-000000000150'$$
);
select is(
  pg_temp.ask('feed', 'customer', 'public.list_notifications(1)') ->> 'unread_count', '90',
  'what is marked as unread counts again'
);
select is(
  pg_temp.ask('marked', 'customer', 'public.mark_notifications_read()'), '{"marked": 90, "unread_count": 0}'::jsonb,
  'all are marked as read at once'
);

-- Kinds.
select throws_like(
  $$insert into public.notifications (user_id, kind, title)
    values ('b0000000-0000-4000-8000-000000000001', 'unheard_of', 'x')$$, '%is no kind%',
  'a kind that is not registered is not told'
);
select throws_like(
  $$insert into private.outbox (template) values ('unheard_of')$$, '%is of no kind%',
  'a letter that is not registered is not queued'
);
select throws_like(
  $$insert into private.outbox (template, payload) values ('order_status', '{"status": "unheard_of"}')$$,
  '%is of no kind%', 'a letter of a status that is not registered is not queued'
);
select throws_ok(
  $$insert into public.notification_kinds (kind, is_transactional, media, send_within, description)
    values ('late_receipt', true, '{email}', '1 day', 'x')$$, '23514', null,
  'a receipt is never too late'
);
select results_eq(
  $$
    select letter.template, private.letter_kind(letter.template, letter.payload::jsonb)
    from (values
      ('order_confirmed', '{"status": "confirmed"}'), ('order_status', '{"status": "shipped"}'),
      ('refund', '{"status": "failed"}'), ('low_stock', '{}'), ('order_status', '{}')
    ) as letter (template, payload)
  $$,
  $$
    values
      ('order_confirmed', 'order_confirmed'), ('order_status', 'order_shipped'), ('refund', 'refund_failed'),
      ('low_stock', 'low_stock'), ('order_status', null)
  $$,
  'a letter is of the kind that its template and its status name'
);

-- Preferences.
select is(
  pg_temp.attempt(
    'customer', 'select public.set_notification_preference(' || arguments || ')'
  ), answer, 'a preference is answered as it should be: ' || arguments
)
from (values
  ($$'back_in_stock', 'in_app', false$$, '1'), ($$'back_in_stock', 'email', false$$, '1'),
  ($$'back_in_stock', 'email', true$$, '1'), ($$'order_shipped', 'email', true$$, '1'),
  ($$'order_shipped', 'email', false$$, 'PT422 kind_is_transactional'),
  ($$'payment_failed', 'push', false$$, 'PT422 kind_is_transactional'),
  ($$'order_delivered', 'text', false$$, 'PT422 invalid_medium'),
  ($$'back_in_stock', 'pigeon', false$$, 'PT422 invalid_medium'),
  ($$'back_in_stock', null, false$$, 'PT422 invalid_medium'),
  ($$'unheard_of', 'email', false$$, 'PT422 unknown_kind'), ($$null, 'email', false$$, 'PT422 unknown_kind'),
  ($$'back_in_stock', 'push', null$$, 'PT422 value_required')
) as preference (arguments, answer);
select throws_ok(
  $$insert into public.notification_preferences (user_id, kind, medium, is_enabled)
    values ('b0000000-0000-4000-8000-000000000001', 'order_shipped', 'push', false)$$, '23503', null,
  'that nobody switches off what is transactional holds in the table itself'
);
select pg_temp.tell('back_in_stock', 201);
select is(
  (select count(*) from public.notifications where kind = 'back_in_stock'), 0::bigint,
  'what somebody does not want in the app does not stand in the feed'
);
select pg_temp.attempt('customer', $$select public.set_notification_preference('back_in_stock', 'in_app', true)$$);
select pg_temp.tell('back_in_stock', 202);
select is(
  (select count(*) from public.notifications where kind = 'back_in_stock'), 1::bigint,
  'what somebody wants again stands in the feed again'
);
insert into private.outbox (template, user_id, payload)
values
  ('low_stock', 'b0000000-0000-4000-8000-000000000001', '{"variant_id": "b3000000-0000-4000-8000-000000000001"}'),
  ('alert', 'b0000000-0000-4000-8000-000000000001', '{}');
insert into private.outbox (template, store_id, payload)
values
  ('low_stock', 'b1000000-0000-4000-8000-000000000001', '{"variant_id": "b3000000-0000-4000-8000-000000000001"}');
select pg_temp.attempt('customer', $$select public.set_notification_preference('low_stock', 'email', false)$$);
select pg_temp.attempt('owner', $$select public.set_notification_preference('low_stock', 'email', false)$$);
select results_eq(
  'select template, unsubscribe_token from public.claim_outbox()', $$values ('alert', null::text)$$,
  'what was switched off by the time it would be sent is not sent, of a store by its owner''s choice'
);
select is(
  (select string_agg(distinct status || ' ' || last_error, '') from private.outbox where template = 'low_stock'),
  'skipped Its reader does not want to be told of this in this way.', 'it is written down why a letter was not sent'
);

-- Quiet hours: exact instants, on the days when clocks change too.
select is(
  pg_temp.attempt('customer', 'select public.set_quiet_hours(' || arguments || ')'), answer,
  'quiet hours are answered as they should be: ' || arguments
)
from (values
  ($$'22:00', '07:00', 'Europe/Berlin'$$, '1'), ($$'07:00', '07:00', 'UTC'$$, 'PT422 invalid_quiet_hours'),
  ($$'07:00', null, 'UTC'$$, 'PT422 invalid_quiet_hours'),
  ($$'22:00', '24:00', 'UTC'$$, 'PT422 invalid_quiet_hours'),
  ($$'22:00', '07:00', 'Mars/Olympus'$$, 'PT422 invalid_time_zone'),
  ($$'22:00', '07:00', null$$, 'PT422 invalid_time_zone'),
  ($$null, null, 'UTC'$$, 'PT422 invalid_quiet_hours'),
  ($$'22:00', '07:00', 'UTC+3'$$, 'PT422 invalid_time_zone')
) as hours (arguments, answer);
select is(
  private.next_allowed(night.at::timestamptz, night.time_zone, night.starts::time, night.ends::time),
  night.allowed::timestamptz,
  format('at %s in %s, quiet from %s to %s, it may go out at %s', at, time_zone, starts, ends, allowed)
)
from (values
  ('2026-10-25T00:40Z', 'Europe/Berlin', '22:00', '07:00', '2026-10-25T06:00Z'),
  ('2026-10-25T01:20Z', 'Europe/Berlin', '22:00', '07:00', '2026-10-25T06:00Z'),
  ('2026-10-25T05:59:59Z', 'Europe/Berlin', '22:00', '07:00', '2026-10-25T06:00Z'),
  ('2026-10-25T06:00Z', 'Europe/Berlin', '22:00', '07:00', '2026-10-25T06:00Z'),
  ('2026-03-29T01:40Z', 'Europe/Berlin', '22:00', '07:00', '2026-03-29T05:00Z'),
  ('2026-03-28T20:59:59Z', 'Europe/Berlin', '22:00', '07:00', '2026-03-28T20:59:59Z'),
  ('2026-03-28T21:00Z', 'Europe/Berlin', '22:00', '07:00', '2026-03-29T05:00Z'),
  -- Ends at 02:30, which that night has twice: the first counts, and the second is not quiet again.
  ('2026-10-25T00:29Z', 'Europe/Berlin', '22:00', '02:30', '2026-10-25T00:30Z'),
  ('2026-10-25T01:10Z', 'Europe/Berlin', '22:00', '02:30', '2026-10-25T01:10Z'),
  -- Begins at 02:30 of that night: the first.
  ('2026-10-25T00:45Z', 'Europe/Berlin', '02:30', '05:00', '2026-10-25T04:00Z'),
  -- Ends at 02:30, which that night does not have: read with the offset before, it is 03:30 on the new clock.
  ('2026-03-29T01:10Z', 'Europe/Berlin', '22:00', '02:30', '2026-03-29T01:30Z'),
  -- Begins at 03:00 and ends at 02:30: the night that clocks skip makes two days of it touch.
  ('2026-03-29T00:50Z', 'Europe/Berlin', '03:00', '02:30', '2026-03-30T00:30Z'),
  ('2026-06-15T10:00Z', 'Europe/Berlin', '12:00', '14:00', '2026-06-15T12:00Z'),
  ('2026-06-15T12:00Z', 'Europe/Berlin', '12:00', '14:00', '2026-06-15T12:00Z'),
  ('2026-06-15T18:45Z', 'Asia/Kathmandu', '00:30', '06:00', '2026-06-16T00:15Z'),
  ('2026-06-14T12:30Z', 'Pacific/Kiritimati', '02:00', '03:00', '2026-06-14T13:00Z')
) as night (at, time_zone, starts, ends, allowed);

-- A digest: it waits for more of the same, then for the end of the night, and is read once more before it goes.
delete from private.outbox;
update public.notification_kinds set digest_after = '10 minutes', send_within = null where kind = 'abandoned_cart';
select pg_temp.ask('cart', 'customer', 'public.add_to_cart({apple}, 2)');
create function pg_temp.digest(at timestamptz) returns void
language sql
as $$
  insert into private.outbox (template, user_id, payload, dedupe_key)
  values (
    'abandoned_cart', 'b0000000-0000-4000-8000-000000000001',
    jsonb_build_object('cart_id', (select value ->> 'id' from answers where name = 'cart')), 'digest:1'
  )
  on conflict do nothing;
  -- The test's clock: the trigger counts from now().
  update private.outbox set run_at = digest.at + (outbox.run_at - now()) where outbox.run_at > now()
$$;
create function pg_temp.claimed(at text) returns bigint
language sql
as $$ select count(*) from private.claim_outbox(20, 60, claimed.at::timestamptz) $$;
select pg_temp.digest('2026-10-25T00:30Z');
select is(
  (select run_at from private.outbox), '2026-10-25T00:40Z'::timestamptz, 'a digest waits ten minutes for more'
);
select is(pg_temp.claimed('2026-10-25T00:39Z'), 0::bigint, 'a digest does not go out before its ten minutes are over');
select is(pg_temp.claimed('2026-10-25T00:40Z'), 0::bigint, 'a digest does not go out in quiet hours');
select is(
  (select run_at from private.outbox), '2026-10-25T06:00Z'::timestamptz,
  'a digest of 02:30, when clocks go back that night, goes out at 07:00 on the new clock'
);
select pg_temp.digest('2026-10-25T01:10Z');
select is((select count(*) from private.outbox), 1::bigint, 'a second message joins the digest that waits');
savepoint unread;
delete from public.cart_items where cart_id = (select value ->> 'id' from answers where name = 'cart')::uuid;
select is(
  (select data from private.claim_outbox(20, 60, '2026-10-25T06:00Z')), null,
  'a digest of which nothing is left to read has nothing to say'
);
rollback to savepoint unread;
select is(pg_temp.claimed('2026-10-25T06:00Z'), 1::bigint, 'a digest goes out once, when the quiet hours are over');
select is(pg_temp.claimed('2026-10-25T06:00:30Z'), 0::bigint, 'a digest that one worker has is not given to another');
select is(pg_temp.claimed('2026-10-25T06:01Z'), 1::bigint, 'a digest of a worker that died is given to the next');
delete from private.outbox;
insert into private.outbox (template, user_id, payload, run_at)
values ('payment_failed', 'b0000000-0000-4000-8000-000000000001', '{}', '2026-03-29T01:30Z');
insert into private.outbox (template, user_id, payload, run_at)
values ('low_stock', 'b0000000-0000-4000-8000-000000000001', '{}', '2026-03-29T01:30Z');
delete from public.notification_preferences;
select results_eq(
  $$select template from private.claim_outbox(20, 60, '2026-03-29T01:30Z')$$, $$values ('payment_failed')$$,
  'what is transactional does not wait for the end of quiet hours'
);
select is(
  (select run_at from private.outbox where template = 'low_stock'), '2026-03-29T05:00Z'::timestamptz,
  'what is not transactional waits until 07:00 also in the night when clocks go forward'
);

-- How long something is worth sending.
delete from private.outbox;
select pg_temp.attempt('customer', 'delete from public.quiet_hours');
select is((select count(*) from public.quiet_hours), 0::bigint, 'quiet hours are given up');
insert into private.outbox (template, user_id, payload, run_at)
select template, 'b0000000-0000-4000-8000-000000000001', '{}', '2026-05-01T00:00Z'
from unnest(array['low_stock', 'alert']) as template;
savepoint in_time;
select is(
  pg_temp.claimed('2026-05-01T23:59:59Z'), 2::bigint, 'what is a day late and not a second more is still sent'
);
rollback to savepoint in_time;
select results_eq(
  $$select template from private.claim_outbox(20, 60, '2026-05-02T00:00Z')$$, $$values ('alert')$$,
  'what came too late to be worth sending is not sent, and a receipt is sent however late'
);
delete from private.outbox;
insert into private.outbox (template, user_id, payload, run_at)
select 'low_stock', 'b0000000-0000-4000-8000-000000000001', '{}', '2026-05-01T00:00Z' from generate_series(1, 45);
insert into private.outbox (template, user_id, payload, run_at)
values ('alert', 'b0000000-0000-4000-8000-000000000001', '{}', '2026-05-03T00:00Z');
select is(
  pg_temp.claimed('2026-05-04T00:00Z'), 1::bigint,
  'what is not sent does not keep what is due behind it from being sent'
);

-- Browsers.
select is(
  pg_temp.attempt('customer', 'select public.subscribe_push(' || arguments || ')'), answer,
  'what is no subscription of a browser is refused: ' || left(arguments, 60)
)
from (values
  ($$'https://example.com/x', 'B' || repeat('A', 86), repeat('A', 22)$$, 'PT422 invalid_push_subscription'),
  (
    $$'https://fcm.googleapis.com.evil.example/x', 'B' || repeat('A', 86), repeat('A', 22)$$,
    'PT422 invalid_push_subscription'
  ),
  (
    $$'https://fcm.googleapis.com@127.0.0.1/x', 'B' || repeat('A', 86), repeat('A', 22)$$,
    'PT422 invalid_push_subscription'
  ),
  ($$'http://fcm.googleapis.com/x', 'B' || repeat('A', 86), repeat('A', 22)$$, 'PT422 invalid_push_subscription'),
  ($$'https://fcm.googleapis.com/x', 'short', repeat('A', 22)$$, 'PT422 invalid_push_subscription'),
  ($$null, null, null$$, 'PT422 invalid_push_subscription')
) as subscription (arguments, answer);
select pg_temp.attempt('customer', 'select ' || pg_temp.browser(number)) from generate_series(1, 20) as number;
select is(
  pg_temp.attempt('customer', 'select ' || pg_temp.browser(20)), '1', 'subscribing the same browser again is no error'
);
select is((select count(*) from public.push_subscriptions), 20::bigint, 'a browser is subscribed once');
select pg_temp.attempt('customer', 'select ' || pg_temp.browser(21));
select is(
  (select count(*)::text || min(endpoint) from public.push_subscriptions where endpoint !~ '/\d$'),
  '12https://updates.push.services.mozilla.com/wpush/v2/10', 'of a person the newest browsers stay'
);
select is(
  (select count(*) from public.push_subscriptions where endpoint like '%/v2/1'), 0::bigint,
  'the oldest of twenty-one browsers goes'
);
select is(
  pg_temp.attempt(
    'other customer',
    $$
      select public.subscribe_push(
        'https://updates.push.services.mozilla.com/wpush/v2/21', 'B' || repeat('B', 86), repeat('B', 22)
      )
    $$
  ), 'PT409 already_exists', 'nobody takes over a browser of which they know the address only'
);
select pg_temp.attempt('other customer', 'select ' || pg_temp.browser(21));
select is(
  (select user_id from public.push_subscriptions where endpoint like '%/21'),
  'b0000000-0000-4000-8000-000000000002', 'a browser goes with whoever signs in there'
);
delete from public.push_subscriptions where endpoint not like '%/20' and endpoint not like '%/19';
delete from private.outbox;
select pg_temp.tell('order_shipped', 301);
select is(
  (select count(*) from private.outbox where channel = 'push' and kind = 'order_shipped'), 2::bigint,
  'a notification is queued for each browser'
);
create temporary table pushed as select * from public.claim_outbox();
select is(
  (select min(data ->> 'title') || min(length(data ->> 'p256dh')) || min(channel) from pushed), 'Title 30187push',
  'a pushed message comes with what it says and the key of its browser'
);
select public.mark_outbox_gone((select id from pushed order by id limit 1));
select is(
  (select string_agg(endpoint, ' ') from public.push_subscriptions),
  'https://updates.push.services.mozilla.com/wpush/v2/20', 'a browser that is gone is written to no more'
);
update private.outbox set leased_until = null;
select pg_temp.attempt('customer', 'select public.mark_notifications_read()');
select is(
  (select data from public.claim_outbox()), null, 'what was read in the app does not ring in a browser'
);
delete from private.outbox;
delete from public.push_subscriptions;

-- Links that end a kind of letter.
insert into private.outbox (template, user_id, payload)
values ('low_stock', 'b0000000-0000-4000-8000-000000000001', '{"variant_id": "b3000000-0000-4000-8000-000000000001"}');
select pg_temp.name_value('token', (select unsubscribe_token from public.claim_outbox()));
select is(
  pg_temp.ask('link', 'visitor', 'public.get_unsubscribe_link({token})'),
  '{"kind": "low_stock", "description": "A product of your store is running low", "is_enabled": true}'::jsonb,
  'a link shows what it would end, to whoever has it'
);
select is(
  (select count(*) from public.notification_preferences), 0::bigint, 'a link that is only looked at ends nothing'
);
select is(
  pg_temp.ask('link', 'visitor', 'public.unsubscribe({token})') ->> 'is_enabled', 'false',
  'a letter is ended without signing in'
);
select is(
  pg_temp.ask('link', 'visitor', 'public.unsubscribe({token})') ->> 'is_enabled', 'false',
  'a letter that is ended twice is ended once'
);
select results_eq(
  'select user_id, kind, medium, is_enabled from public.notification_preferences',
  $$values ('b0000000-0000-4000-8000-000000000001'::uuid, 'low_stock', 'email', false)$$,
  'a link ends one kind of letter of one person, and nothing else'
);
select is(
  pg_temp.attempt('visitor', format('select public.unsubscribe(%L)', token)), 'PT404 unsubscribe_link_not_found',
  'a link that was altered ends nothing: ' || coalesce(left(token, 60), 'null')
)
from (
  select replace((select value from ids where name = 'token'), 'low_stock', 'back_in_stock')
  union all select 'c' || substr((select value from ids where name = 'token'), 2)
  union all select left((select value from ids where name = 'token'), -1)
  union all select 'x'
  union all select null
) as altered (token);

-- Addresses that mails come back from.
delete from private.outbox;
delete from public.notification_preferences;
update auth.users set email = 'Ana@Example.com', email_confirmed_at = now()
where id = 'b0000000-0000-4000-8000-000000000001';
create function pg_temp.sent(template text) returns text
language plpgsql
as $$
begin
  insert into private.outbox (template, user_id, payload)
  values (sent.template, 'b0000000-0000-4000-8000-000000000001', '{"rule": "x", "message": "x"}');
  perform public.claim_outbox(50, 60);
  return (
    select coalesce(outbox.last_error, outbox.status) from private.outbox
    where outbox.template = sent.template order by outbox.id desc limit 1
  );
end;
$$;
select is(pg_temp.sent('low_stock'), 'pending', 'a letter goes to an address that nothing is known of');
select public.suppress_address(' ana@EXAMPLE.com', 'bounced', 'mail-1');
select is(
  pg_temp.sent('low_stock'), 'Mails to this address come back, or its owner called one unwanted.',
  'a letter that is not transactional does not go to an address that mails come back from, however it is spelled'
);
select is(pg_temp.sent('alert'), 'pending', 'what is transactional goes there all the same');
select public.suppress_address('ana@example.com', 'complained', 'mail-2');
select public.suppress_address('ana@example.com', 'bounced', 'mail-3');
select results_eq(
  'select reason, provider_id from private.suppressed_addresses', $$values ('complained', 'mail-2')$$,
  'a complaint weighs more than a mail that came back, and is not forgotten for one'
);
select is(
  (select count(*) from private.suppressed_addresses where suppressed_addresses::text ilike '%ana%'), 0::bigint,
  'of an address that mails come back from only a hash is kept'
);
delete from private.suppressed_addresses where address_hash = private.address_hash('ana@example.com');
select is(pg_temp.sent('low_stock'), 'pending', 'a letter goes to an address again that was lifted');
select throws_ok(
  $$select public.suppress_address('ana@example.com', 'bored', 'mail-1')$$, '23514', null,
  'an address is suppressed for a reason that is known'
);

delete from auth.users where id = 'b0000000-0000-4000-8000-000000000001';
select is(
  pg_temp.attempt('visitor', 'select public.unsubscribe({token})'), '1',
  'a link of somebody who deleted the account is answered, and writes nothing'
);
select is((select count(*) from public.notification_preferences), 0::bigint, 'nothing is kept of a deleted account');

select * from finish();
rollback;
