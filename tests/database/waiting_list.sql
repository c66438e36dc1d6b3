-- Who waits for a time that is taken: in order, for a limited time, and never twice.
begin;
set local search_path = public, extensions;
select plan(40);
-- include: actors, bookings
create function pg_temp.wish(name text, actor text, service text, from_time text, to_time text) returns text
language sql
as $$
  select pg_temp.name_value(name, value ->> 'id')
  from pg_temp.ask(
    name, actor, format('public.join_waiting_list({%s}, %L, %L)', service, from_time, to_time)
  ) as value;
  select coalesce(value ->> 'status', value ->> 'error') from answers where answers.name = wish.name
$$;
create function pg_temp.wishes() returns text
language sql
as $$
  select string_agg(ids.name || ' ' || waiting_list.status, ', ' order by waiting_list.id)
  from waiting_list
  join ids on ids.value = waiting_list.id::text
$$;

select pg_temp.clock('2026-03-09T08:00:00Z');
select pg_temp.shop('full', 'UTC', pg_temp.week('10:00', '11:00'), 'duration_minutes => 60');
select is(
  pg_temp.book('taken', 'rival', 'full service', '2026-03-10T10:00Z'), 'confirmed',
  'the only time of a day is booked'
);
select is(
  pg_temp.wish('first', 'customer', 'full service', '2026-03-10T00:00Z', '2026-03-11T00:00Z'), 'waiting',
  'a customer joins the waiting list of a day that is full'
);
select is(
  pg_temp.wish('second', 'other customer', 'full service', '2026-03-10T00:00Z', '2026-03-11T00:00Z'), 'waiting',
  'another customer joins the waiting list after the first'
);
select is(
  pg_temp.ask(
    'again', 'customer', $$public.join_waiting_list({full service}, '2026-03-10T00:00Z', '2026-03-11T00:00Z')$$
  ) ->> 'id',
  (select value ->> 'id' from answers where name = 'first'),
  'joining for the same time again gives the wish that is there'
);
select is(
  pg_temp.attempt('customer', $$select join_waiting_list({full service}, '2026-03-12T00:00Z', '2026-03-13T00:00Z')$$),
  'PT409 already_waiting',
  'a customer cannot wait for two times of one service'
);
select is(
  pg_temp.attempt('customer', format($$select join_waiting_list({full service}, %L, %L)$$, from_time, to_time)),
  'PT422 invalid_range',
  format('nobody can wait from %s to %s', from_time, to_time)
)
from (
  values
  ('2026-03-09', '2026-05-12'), ('2026-03-10', '2026-03-10'), ('-infinity', 'infinity'),
  ('2026-03-01', '2026-03-02'), (null, '2026-03-12')
) as range (from_time, to_time);
select is(
  pg_temp.attempt(
    'customer', $$select join_waiting_list({full service}, '2026-03-10', '2026-03-11', party_size => 2)$$
  ),
  'PT422 invalid_party_size',
  'nobody can wait for more seats than a service has'
);
select is(
  pg_temp.attempt('customer', $$select join_waiting_list(gen_random_uuid(), '2026-03-10', '2026-03-11')$$),
  'PT404 service_not_found',
  'nobody can wait for a service that does not exist'
);
select is(
  pg_temp.attempt('visitor', $$select join_waiting_list({full service}, '2026-03-10', '2026-03-11')$$),
  'PT401 not_signed_in',
  'a visitor who would wait is told to sign in'
);
select is(private.offer_freed_times(), 0, 'nothing is offered while nothing is free');

select pg_temp.attempt('rival', 'select cancel_booking({taken})');
select is(private.offer_freed_times(), 1, 'a time that is given back is offered');
select is(
  pg_temp.wishes(), 'first offered, second waiting',
  'a time that is given back is offered to the customer who waits longest'
);
select is(
  (
    select string_agg(kind, ' ')
    from notifications
    where user_id = (select user_id from actors where name = 'customer')
  )
  || ' '
  || (
    select string_agg(template, ' ')
    from private.outbox
    where user_id = (select user_id from actors where name = 'customer')
  ),
  'booking_offer booking_offer',
  'a customer who is offered a time is told in the app and by mail'
);
select is(
  (select offer_expires_at from waiting_list where status = 'offered'), '2026-03-09T09:00Z',
  'an offer stands for an hour'
);
select is(
  pg_temp.slots('full service', '2026-03-10', '2026-03-11'), null,
  'a time that is offered to one who waits is not shown to others'
);
select is(
  pg_temp.book('sneak', 'other customer', 'full service', '2026-03-10T10:00Z'), '409 slot_taken',
  'a time that is offered to one who waits is not booked by another'
);
select is(
  pg_temp.attempt('other customer', 'select accept_offer({first})'), 'PT404 waiting_not_found',
  'the offer of another customer is not found'
);
select is(
  pg_temp.attempt('other customer', 'select accept_offer({second})'), 'PT409 no_offer',
  'a customer who waits without an offer has none to accept'
);
select pg_temp.clock('2026-03-09T09:00:00Z');
select is(
  pg_temp.attempt('customer', 'select accept_offer({first})'), 'PT409 no_offer',
  'an offer is over after an hour, though no job has run'
);
select is((select private.expire_bookings()), 1, 'an offer that is over is ended by the job');
select is(private.offer_freed_times(), 1, 'a time that nobody took in its hour is offered again');
select is(
  pg_temp.wishes(), 'first lapsed, second offered',
  'a time that nobody took in its hour is offered to the next who waits'
);
select is(
  pg_temp.ask('took', 'other customer', 'public.accept_offer({second})') ->> 'status', 'confirmed',
  'a customer who accepts an offer has a confirmed booking'
);
select is(
  pg_temp.ask('took again', 'other customer', 'public.accept_offer({second})') ->> 'id',
  (select value ->> 'id' from answers where name = 'took'),
  'accepting an offer again gives the same booking'
);
select is(pg_temp.wishes(), 'first lapsed, second taken', 'a customer who accepted an offer waits no more');

-- To be paid: from the offer on it is a booking like any other.
select pg_temp.shop(
  'dear', 'UTC', pg_temp.week('10:00', '11:00'),
  'duration_minutes => 60, price_amount => 5000, deposit_amount => 1000, hold_minutes => 20'
);
select pg_temp.wish('pay', 'customer', 'dear service', '2026-03-10T00:00Z', '2026-03-11T00:00Z');
select is(private.offer_freed_times(), 1, 'a time that is free when a customer joins is offered at once');
select is(
  (
    select (
      value ->> 'status', value ->> 'due_amount', value ->> 'hold_expires_at', (value ->> 'checkout_id') is not null
    )::text
    from pg_temp.ask('held', 'customer', 'public.accept_offer({pay})') as value
  ),
  '(held,1000,2026-03-09T09:20:00+00:00,t)',
  'an accepted offer with a deposit is held until it is paid'
);
select pg_temp.wish('leaves', 'other customer', 'dear service', '2026-03-11T00:00Z', '2026-03-12T00:00Z');
select is(private.offer_freed_times(), 1, 'a customer who waits for another day is offered that day');
select is(
  (
    select value ->> 'status'
    from pg_temp.ask('left', 'other customer', 'public.leave_waiting_list({leaves})') as value
  ),
  'left',
  'a customer may leave the waiting list'
);
select is(
  pg_temp.slots('dear service', '2026-03-11', '2026-03-12'), '11 10:00',
  'a time whose offer was left is free again'
);

-- Times do not become free by cancellations only.
select pg_temp.shop('shut', 'UTC', '[]', 'duration_minutes => 60');
create function pg_temp.waits(name text, day date) returns text
language sql
as $$
  select pg_temp.wish(
    waits.name, 'other customer', 'shut service', waits.day || 'T00:00Z', waits.day + 1 || 'T00:00Z'
  ) || ' ' || private.offer_freed_times()
$$;
select is(
  concat_ws(
    ' ', pg_temp.attempt('owner', before), pg_temp.waits(name, day), pg_temp.attempt('owner', statement),
    private.offer_freed_times(), pg_temp.attempt('other customer', format('select leave_waiting_list({%s})', name))
  ),
  '1 waiting 0 1 1 1', says
)
from (
  values
  (
    'by week', date '2026-03-16', 'select 1',
    $$select set_opening_hours({shut}, '[{"weekday": 1, "opens": "10:00", "closes": "11:00"}]')$$,
    'hours that a store opens are offered to whoever waits for them'
  ),
  (
    'by exception', date '2026-03-18', 'select 1',
    $$select set_opening_exception({shut}, '2026-03-18', '[{"opens": "10:00", "closes": "11:00"}]')$$,
    'a day that is opened by exception is offered to whoever waits for it'
  ),
  (
    'by holiday', date '2026-03-23',
    $$insert into closures (store_id, starts_local, ends_local) values ({shut}, '2026-03-23', '2026-03-24')$$,
    'delete from closures where store_id = {shut}',
    'a holiday that is called off is offered to whoever waits for the day'
  ),
  (
    'by rule', date '2026-03-23', 'select save_service({shut}, {shut service}, max_advance_days => 1)',
    'select save_service({shut}, {shut service}, max_advance_days => 30)',
    'a time that is offered further ahead than before is offered to whoever waits for it'
  ),
  (
    'by staff', date '2026-03-23', 'select save_staff({shut}, {shut staff}, is_active => false)',
    'select save_staff({shut}, {shut staff}, is_active => true)',
    'a staff member who is back is offered to whoever waits'
  )
) as change (name, day, before, statement, says);
select is(
  (select jsonb_agg(to_jsonb(violation)) from private.check_invariants() as violation), null,
  'no invariant of the books is violated after the waiting list was used'
);
select * from finish();
rollback;
