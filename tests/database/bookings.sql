-- Booking, moving, cancelling, deciding: what is written, what is refused, and that time is never taken twice.
begin;
set local search_path = public, extensions;
select plan(145);
-- include: actors, bookings
select pg_temp.clock('2026-03-08T11:40:00Z');
create function pg_temp.rows() returns integer
language sql
as $$ select count(*)::integer from bookings where store_id::text not like '5eed%' $$;

-- What is not offered is not booked, whoever calls it directly.
select pg_temp.shop(
  'york', 'America/New_York', pg_temp.week('09:00', '17:00'),
  'duration_minutes => 30, buffer_after_minutes => 10, min_notice_minutes => 120'
);
select pg_temp.ask('horizon', 'owner', 'public.save_service({york}, {york service}, max_advance_days => 60)');
select is(
  pg_temp.book('bad', 'customer', 'york service', start), '409 slot_unavailable',
  start || ' is not offered: ' || why
)
from (
  values
  ('2026-03-08T14:10Z', 'off the grid'), ('2026-03-08T21:00Z', 'after closing'),
  ('2026-03-08T12:20Z', 'before opening'), ('2026-03-08T13:00Z', 'too soon'),
  ('2026-03-07T15:00Z', 'the past'), ('2026-05-08T13:00Z', '61 days ahead'),
  ('infinity', 'never'), ('-infinity', 'never'),
  ('294276-12-31T00:00Z', 'the end of time'), ('0001-01-01T00:00Z', 'long ago')
) as wrong (start, why);
select is(pg_temp.rows(), 0, 'a time that is not offered leaves no booking');
select pg_temp.clock('2026-03-08T11:40:01Z');
select is(
  pg_temp.book('late', 'customer', 'york service', '2026-03-08T13:40Z'), '409 slot_unavailable',
  'a time a second less than two hours away is refused where two hours of notice are asked for'
);
select pg_temp.clock('2026-03-08T11:40:00Z');
select is(
  pg_temp.book('notice', 'customer', 'york service', '2026-03-08T13:40Z'), 'confirmed',
  'a time exactly two hours away is booked where two hours of notice are asked for'
);
select is(
  (
    select (
      reference ~ '^[A-Z2-9]{10}$', party_size, ends_at, time_zone, service_name, staff_name, price_amount,
      due_amount, checkout_id, customer_email
    )::text
    from pg_temp.booking('notice')
  ),
  '(t,1,"2026-03-08 14:10:00+00",America/New_York,service,staff,0,0,,cara@bookings.example)',
  'a booking says what was booked, when, with whom and for whom'
);
select is(
  pg_temp.book('notice', 'customer', 'york service', '2026-03-08T13:40Z'), 'confirmed',
  'the same call with the same key gets the same answer'
);
select is(pg_temp.rows(), 1, 'the same call with the same key books nothing more');
select is(
  pg_temp.book('notice', 'customer', 'york service', '2026-03-08T15:00Z'), '409 idempotency_key_reused',
  'another call with a key that was used is refused'
);
select is(
  pg_temp.book('twice', 'other customer', 'york service', '2026-03-08T13:40Z'), '409 slot_taken',
  'a customer who comes second is told that the time is taken'
);
select is(
  pg_temp.book('twice', 'visitor', 'york service', '2026-03-08T15:00Z'), '401 not_signed_in',
  'a visitor who would book is told to sign in'
);
select is(
  pg_temp.attempt('customer', format($$select reschedule_booking({notice}, %L)$$, start)), 'PT409 slot_unavailable',
  'a booking is not moved to ' || start
)
from unnest(
  array['2026-03-08T14:10Z', '2026-03-08T21:00Z', '2026-03-08T13:00Z', '2026-05-08T13:00Z', 'infinity']
) as start;
select is(
  pg_temp.attempt('customer', $$select reschedule_booking({notice}, null)$$), 'PT422 invalid_time',
  'a booking is not moved without a time'
);
select is(
  pg_temp.attempt('customer', $$select book_slot({york service}, null, 'k')$$), 'PT422 invalid_time',
  'a booking without a start is refused'
);
select is(
  pg_temp.attempt('customer', format($$select book_slot({york service}, '2026-03-08T15:00Z', %L)$$, key)),
  'PT422 invalid_idempotency_key',
  'a booking is refused with the key ' || coalesce(left(key, 10), 'null')
)
from unnest(array[null, '', 'a b', repeat('x', 256)]) as key;
select is(
  pg_temp.book('note', 'customer', 'york service', '2026-03-08T15:00Z', format(', note => repeat(%L, 1001)', 'x')),
  '422 invalid_note',
  'a note longer than 1000 characters is refused'
);
select is(
  pg_temp.book('party', 'customer', 'york service', '2026-03-08T15:00Z', ', party_size => ' || size),
  '422 invalid_party_size',
  'a party of ' || size || ' is refused'
)
from unnest(array['0', '2', '-1', 'null', '2147483647']) as size;
select is(
  pg_temp.attempt('customer', $$select book_slot(gen_random_uuid(), '2026-03-08T15:00Z', 'k')$$),
  'PT404 service_not_found',
  'a service that does not exist is not booked'
);
select is(
  pg_temp.attempt('customer', $$select book_slot({york service}, '2026-03-08T15:00Z', 'k', gen_random_uuid())$$),
  'PT404 staff_not_found',
  'a staff member who does not exist is not booked'
);

-- Lists have an end.
select is(
  pg_temp.attempt('visitor', format($$select available_slots({york service}, %L, %L)$$, from_time, to_time)),
  'PT422 invalid_range',
  format('slots from %s to %s are not listed', from_time, to_time)
)
from (
  values
  ('2026-03-09', '2026-05-12'), ('2026-03-09', '2026-03-09'), ('2026-03-10', '2026-03-09'),
  ('-infinity', 'infinity'), ('2026-03-09', 'infinity'), ('294276-01-01', '294276-01-02'),
  (null, '2026-03-09'), ('2026-03-09', null)
) as range (from_time, to_time);
select is(
  pg_temp.attempt('visitor', format($$select available_days({york service}, %L, %L)$$, from_date, to_date)),
  'PT422 invalid_range',
  format('days from %s to %s are not listed', from_date, to_date)
)
from (
  values
  ('2026-03-09', '2026-05-12'), ('2026-03-10', '2026-03-09'), ('-infinity', 'infinity'),
  ('5874897-01-01', '5874897-01-02'), (null, '2026-03-09')
) as range (from_date, to_date);

-- Moving: one's own time is not in the way.
select pg_temp.shop(
  'move', 'Europe/London', pg_temp.week('09:00', '17:00'), 'duration_minutes => 60, slot_step_minutes => 15'
);
select is(
  pg_temp.book('a', 'customer', 'move service', '2026-03-10T10:30Z'), 'confirmed',
  'a customer books a time of the shop in London'
);
select is(
  pg_temp.book('b', 'other customer', 'move service', '2026-03-10T11:45Z'), 'confirmed',
  'another customer books a later time of the shop in London'
);
select is(
  pg_temp.attempt(
    'customer', $$select reschedule_booking({a}, '2026-03-10T10:45Z', expected_starts_at => '2026-03-10T10:30Z')$$
  ),
  '1',
  'a booking moves by less than its own length'
);
select is(
  (select (starts_at, ics_sequence, status)::text from pg_temp.booking('a')),
  '("2026-03-10 10:45:00+00",1,confirmed)',
  'a booking that was moved is the same booking, in a new version'
);
select is(
  pg_temp.attempt('customer', $$select reschedule_booking({a}, '2026-03-10T11:00Z')$$), 'PT409 slot_taken',
  'a booking is not moved onto the time of the next one'
);
select is(
  (select (starts_at, ics_sequence)::text from pg_temp.booking('a')), '("2026-03-10 10:45:00+00",1)',
  'a booking that could not be moved stands where it stood'
);
select is(
  pg_temp.attempt(
    'customer', $$select reschedule_booking({a}, '2026-03-10T15:00Z', expected_starts_at => '2026-03-10T10:30Z')$$
  ),
  'PT409 booking_changed',
  'a customer who saw a booking at another time is told that it changed'
);
select is(
  pg_temp.attempt(
    'customer', $$select reschedule_booking({a}, '2026-03-10T10:45Z', expected_starts_at => '2026-03-10T10:30Z')$$
  ),
  '1',
  'a move that is repeated changes nothing'
);
select is(
  pg_temp.attempt('rival', $$select reschedule_booking({a}, '2026-03-10T15:00Z')$$), 'PT404 booking_not_found',
  'somebody else''s booking is not found when it is to be moved'
);
select is(
  pg_temp.attempt('staff', $$select reschedule_booking({a}, '2026-03-10T15:00Z')$$), '1',
  'the staff of a store moves a booking'
);
select is(
  pg_temp.slots('move service', '2026-03-10T10:00Z', '2026-03-10T11:00Z', 'HH24:MI'), '10:00 10:15 10:30 10:45',
  'the time that a booking left is offered again'
);
select pg_temp.staff('move', 'second');
select pg_temp.ask(
  'both', 'owner',
  'public.save_service({move}, {move service}, staff_ids => array[{move staff}, {move second}]::uuid[])'
);
select is(
  pg_temp.attempt('customer', $$select reschedule_booking({b}, '2026-03-10T11:45Z', {move second})$$),
  'PT404 booking_not_found',
  'somebody else''s booking is not found when it is to be moved to another staff member'
);
select is(
  pg_temp.attempt('other customer', $$select reschedule_booking({b}, '2026-03-10T11:45Z', {move second})$$), '1',
  'a booking may move to another staff member at the same time'
);
select is(
  (select (staff_name, ics_sequence)::text from pg_temp.booking('b')), '(second,1)',
  'a booking that moved to another staff member names that one, in a new version'
);
select is(
  pg_temp.book('busy', 'customer', 'move service', '2026-03-10T09:00Z'), 'confirmed',
  'a booking with any staff member is confirmed'
);
select is(
  (select staff_name from pg_temp.booking('busy')), 'staff',
  'a booking with any staff member goes to the first in order among the equally busy'
);
select is(
  pg_temp.book('less', 'customer', 'move service', '2026-03-10T16:00Z'), 'confirmed',
  'a second booking with any staff member is confirmed'
);
select is(
  (select staff_name from pg_temp.booking('less')), 'second',
  'a booking with any staff member goes to the one who has less to do that day'
);

-- Groups: one session, several seats.
select pg_temp.shop(
  'group', 'Europe/London', pg_temp.week('09:00', '10:30'),
  'duration_minutes => 60, slot_step_minutes => 30, capacity => 3, party_max => 2'
);
select pg_temp.service('group', 'other', 'duration_minutes => 60, slot_step_minutes => 30, capacity => 3');
select is(
  pg_temp.book('g1', 'customer', 'group service', '2026-03-11T09:00Z'), 'confirmed',
  'the first seat of a session is booked'
);
select is(
  pg_temp.slots('group other', '2026-03-11T00:00Z', '2026-03-12T00:00Z'), null,
  'the trainer of a session is offered for nothing else at that time'
);
select is(
  pg_temp.book('other', 'customer', 'group other', '2026-03-11T09:00Z'), '409 slot_taken',
  'another service of a trainer is not booked during a session'
);
select is(
  (
    select string_agg(to_char(starts_at, 'HH24:MI') || ' ' || remaining, ', ')
    from available_slots((select value::uuid from ids where name = 'group service'), '2026-03-11', '2026-03-12')
  ),
  '09:00 2',
  'a session with a seat taken is offered at its own start, with the seats that are left'
);
select is(
  pg_temp.book('shifted', 'other customer', 'group service', '2026-03-11T09:30Z'), '409 slot_taken',
  'a start that overlaps another session of the same trainer is refused'
);
select is(
  pg_temp.book('g2', 'other customer', 'group service', '2026-03-11T09:00Z', ', party_size => 2'), 'confirmed',
  'a party of two takes the two seats that are left'
);
select is(
  pg_temp.slots('group service', '2026-03-11T00:00Z', '2026-03-12T00:00Z'), null,
  'a session without a free seat is not offered'
);
select is(
  pg_temp.book('g3', 'customer', 'group service', '2026-03-11T09:00Z'), '409 slot_full',
  'a customer who would book a full session is told that it is full'
);
select is(
  pg_temp.attempt('customer', $$select cancel_booking({g1})$$), '1',
  'a customer gives up a seat of a session'
);
select is(
  (
    select string_agg(to_char(starts_at, 'HH24:MI') || ' ' || remaining, ', ')
    from available_slots((select value::uuid from ids where name = 'group service'), '2026-03-11', '2026-03-12')
  ),
  '09:00 1',
  'the seat that was given up is offered again'
);
select is(
  pg_temp.attempt('other customer', $$select reschedule_booking({g2}, '2026-03-12T09:00Z')$$), '1',
  'the last party of a session moves to the next day'
);
select is(
  pg_temp.slots('group other', '2026-03-11T00:00Z', '2026-03-12T00:00Z'), '11 09:00 11 09:30',
  'the trainer of a session that everybody left is offered for everything'
);

-- Holds.
select pg_temp.clock('2026-03-10T10:00:00Z');
select pg_temp.shop(
  'paid', 'Europe/London', pg_temp.week('09:00', '17:00'),
  'duration_minutes => 60, price_amount => 5000, deposit_amount => 1999, cancel_fee_bps => 3333,
    cancel_minutes => 1440'
);
select is(
  pg_temp.book('h1', 'customer', 'paid service', '2026-03-12T10:00Z'), 'held',
  'a booking to be paid in advance is held'
);
select is(
  (select (due_amount, deposit_amount, price_amount, hold_expires_at)::text from pg_temp.booking('h1')),
  '(1999,1999,5000,"2026-03-10 10:15:00+00")',
  'a hold owes its deposit and lasts for a quarter of an hour'
);
select is(
  (
    select (
      checkouts.status, checkouts.total_amount, checkouts.currency, checkouts.payment_method, checkouts.expires_at,
      checkouts.user_id = bookings.customer_id
    )::text
    from checkouts
    join bookings on bookings.checkout_id = checkouts.id
    where bookings.id = (select value::uuid from ids where name = 'h1')
  ),
  '(pending,1999,USD,card,"2026-03-10 10:15:00+00",t)',
  'a hold has a checkout that waits for a card payment until the hold ends'
);
select is(
  pg_temp.book('h2', 'customer', 'paid service', '2026-03-12T12:00Z'), '409 hold_exists',
  'a customer cannot hold two times of one service'
);
select pg_temp.clock('2026-03-10T10:14:59Z');
select is(
  pg_temp.slots('paid service', '2026-03-12T10:00Z', '2026-03-12T11:00Z'), null,
  'a time is not offered a second before the end of its hold'
);
select is(
  pg_temp.book('h3', 'other customer', 'paid service', '2026-03-12T10:00Z'), '409 slot_taken',
  'a time is not booked a second before the end of its hold'
);
select pg_temp.clock('2026-03-10T10:15:00Z');
select is(
  pg_temp.slots('paid service', '2026-03-12T10:00Z', '2026-03-12T11:00Z'), '12 10:00',
  'a time is offered at the end of its hold, though no job has run'
);
select is(
  pg_temp.book('h3', 'other customer', 'paid service', '2026-03-12T10:00Z'), 'held',
  'a time whose hold has ended is held by another customer'
);
select is((select status from pg_temp.booking('h1')), 'expired', 'a hold whose time went to another is expired');
select is(
  (select private.confirm_booking(value::uuid) from ids where name = 'h1'), false,
  'a payment does not confirm a hold whose time is gone'
);
select is((select status from pg_temp.booking('h1')), 'expired', 'a hold whose payment came too late stays expired');
select is(
  pg_temp.book('h4', 'customer', 'paid service', '2026-03-12T12:00Z'), 'held',
  'a customer whose hold has ended may hold another time'
);
select pg_temp.clock('2026-03-10T10:31:00Z');
select is(private.expire_bookings(), 2, 'the job expires every hold that is past its end');
select is(private.expire_bookings(), 0, 'the job does not expire a hold twice');
select is(
  (
    select string_agg(distinct checkouts.status, ' ')
    from checkouts
    join bookings on bookings.checkout_id = checkouts.id
    where bookings.store_id = (select value::uuid from ids where name = 'paid')
  ),
  'expired',
  'the checkouts of expired holds are expired'
);
select is(
  (select private.confirm_booking(value::uuid) from ids where name = 'h4'), true,
  'a late payment confirms an expired hold whose time is still free'
);
select is(
  (select (status, paid_amount, due_amount)::text from pg_temp.booking('h4')), '(confirmed,1999,0)',
  'a hold that was paid late is a confirmed booking without anything due'
);
select is(
  pg_temp.slots('paid service', '2026-03-12T12:00Z', '2026-03-12T13:00Z'), null,
  'the time of a hold that was paid late is not offered'
);
update checkouts set status = 'paid' where id = (select checkout_id from pg_temp.booking('h4'));
select is(
  pg_temp.book('h5', 'customer', 'paid service', '2026-03-12T14:00Z'), 'held',
  'a customer may hold a time after the one before was paid'
);
select is(pg_temp.attempt('customer', 'select cancel_booking({h5})'), '1', 'a customer may cancel a hold');
select is(
  (
    select (bookings.status, refund_amount, checkouts.status)::text
    from bookings
    join checkouts on checkouts.id = checkout_id
    where bookings.id = (select value::uuid from ids where name = 'h5')
  ),
  '(cancelled,0,cancelled)',
  'a cancelled hold pays nothing back, and its checkout is cancelled'
);

-- The policy is frozen.
select pg_temp.ask(
  'harder', 'owner',
  'public.save_service(
    {paid}, {paid service}, cancel_fee_bps => 10000, price_amount => 9000, cancel_minutes => 10000
  )'
);
select is(
  (select value from pg_temp.ask('early quote', 'customer', 'public.quote_cancellation({h4})') as value),
  '{
    "currency": "USD", "fee_amount": 0, "paid_amount": 1999, "refund_amount": 1999,
    "cancel_free_until": "2026-03-11T12:00:00+00:00"
  }',
  'a customer who cancels a day before gets all of it back, by the terms of the day of booking'
);
select pg_temp.clock('2026-03-11T12:00:00Z');
select is(
  pg_temp.ask('last quote', 'customer', 'public.quote_cancellation({h4})') ->> 'refund_amount', '1999',
  'a customer who cancels at the last second of the free period gets all of it back'
);
select pg_temp.clock('2026-03-11T12:00:01Z');
select is(
  pg_temp.ask('late quote', 'customer', 'public.quote_cancellation({h4})') ->> 'refund_amount', '1333',
  'a customer who cancels after the free period loses a third, by the terms of the day of booking'
);
select is(
  pg_temp.ask('store quote', 'owner', 'public.quote_cancellation({h4})') ->> 'refund_amount', '1999',
  'all of it goes back when the store cancels after the free period'
);
select is(
  pg_temp.attempt('customer', $$select reschedule_booking({h4}, '2026-03-20T12:00Z')$$), '1',
  'a customer may move a booking after the free period has ended'
);
select is(
  pg_temp.ask('moved quote', 'customer', 'public.quote_cancellation({h4})') ->> 'refund_amount', '1333',
  'a booking that is moved further away does not win the free period back'
);
select is(
  pg_temp.attempt('customer', $$select cancel_booking({h4}, 'ill')$$), '1',
  'a customer may cancel a booking that was moved'
);
select is(
  (select (status, refund_amount, cancelled_by, cancel_reason, ics_sequence)::text from pg_temp.booking('h4')),
  '(cancelled,1333,customer,ill,2)',
  'a customer who cancels gets back what the quote said'
);
select throws_ok(
  $$update bookings set cancel_fee_bps = 0$$, 'PT409', null,
  'the cancellation terms of a booking cannot be changed'
);
select throws_ok(
  $$update bookings set status = 'confirmed' where status = 'cancelled'$$, 'PT409', null,
  'a cancelled booking cannot be made confirmed again'
);

-- Requests.
select pg_temp.shop(
  'ask', 'Europe/London', pg_temp.week('09:00', '17:00'), 'duration_minutes => 60, needs_approval => true'
);
select is(
  pg_temp.book('r1', 'customer', 'ask service', '2026-03-13T10:00Z'), 'requested',
  'a booking is a request where the store decides'
);
select is(pg_temp.slots('ask service', '2026-03-13T10:00Z', '2026-03-13T11:00Z'), null, 'a request blocks its time');
select is(
  pg_temp.attempt('customer', 'select decide_booking({r1}, true)'), 'PT403 store_role_required',
  'a customer cannot decide a request'
);
select is(
  pg_temp.attempt('staff', 'select decide_booking({r1}, true)'), '1',
  'the staff of a store confirms a request'
);
select is(
  (select (status, decide_by)::text from pg_temp.booking('r1')), '(confirmed,)',
  'a request that the store confirmed is a confirmed booking without a time limit'
);
select is(
  pg_temp.book('r2', 'customer', 'ask service', '2026-03-13T12:00Z'), 'requested',
  'a customer makes another request'
);
select is(
  pg_temp.attempt('staff', $$select decide_booking({r2}, false, 'full')$$), '1',
  'the staff of a store declines a request'
);
select is(
  pg_temp.slots('ask service', '2026-03-13T12:00Z', '2026-03-13T13:00Z'), '13 12:00',
  'the time of a declined request is offered again'
);
select is(
  pg_temp.book('r3', 'customer', 'ask service', '2026-03-13T14:00Z'), 'requested',
  'a customer makes a third request'
);
select pg_temp.clock('2026-03-12T12:00:01Z');
select is(
  pg_temp.slots('ask service', '2026-03-13T14:00Z', '2026-03-13T15:00Z'), '13 14:00',
  'the time of a request that nobody decided is offered again after its day'
);
select is(
  pg_temp.attempt('staff', 'select decide_booking({r3}, true)'), 'PT409 illegal_status',
  'a request that has lapsed cannot be confirmed'
);

-- How it went.
select is(
  pg_temp.attempt('staff', 'select complete_booking({r1})'), 'PT409 booking_not_started',
  'a booking cannot be completed before it begins'
);
select pg_temp.clock('2026-03-13T10:00:00Z');
select is(
  pg_temp.attempt('customer', 'select mark_no_show({r1})'), 'PT403 store_role_required',
  'a customer cannot mark a booking as a no-show'
);
select is(
  pg_temp.attempt('customer', 'select cancel_booking({r1})'), 'PT409 booking_started',
  'a customer cannot cancel a booking that has begun'
);
select is(pg_temp.attempt('staff', 'select complete_booking({r1})'), '1', 'the staff of a store completes a booking');
select is(
  pg_temp.attempt('staff', 'select complete_booking({r1})'), '1',
  'a completed booking may be completed again'
);
select is(
  pg_temp.attempt('staff', 'select mark_no_show({r1})'), 'PT409 illegal_status',
  'a completed booking cannot be marked as a no-show'
);

-- A shop that moves to another zone, staff that leaves, a service that is given up, a shop that closes.
select pg_temp.clock('2026-03-01T00:00Z');
select pg_temp.shop('zone', 'Europe/Madrid', pg_temp.week('09:00', '23:00'), 'duration_minutes => 60');
select is(
  pg_temp.book('z', 'customer', 'zone service', '2026-07-10T20:00Z'), 'confirmed',
  'a booking is made for ten in the evening in Madrid'
);
select is(
  pg_temp.attempt('owner', $$update stores set time_zone = 'America/Chicago' where id = {zone}$$), '1',
  'an owner may move the shop to the time zone of Chicago'
);
select is(
  (
    select (starts_at, to_char(starts_at at time zone stores.time_zone, 'HH24:MI'), cancel_free_until)::text
    from pg_temp.booking('z') as booking
    join stores on stores.id = booking.store_id
  ),
  '("2026-07-10 20:00:00+00",15:00,"2026-07-09 20:00:00+00")',
  'the instant and the free period of a booking stay when the shop moves to another time zone'
);
select is(
  left(pg_temp.slots('zone service', '2026-07-10T05:00Z', '2026-07-11T05:00Z', 'HH24:MI'), 5), '14:00',
  'the times that are offered follow the time zone to which the shop moved'
);
select is(
  pg_temp.attempt('owner', $$update stores set time_zone = 'Mars/Olympus' where id = {zone}$$),
  'PT422 invalid_time_zone',
  'a store cannot have a time zone that does not exist'
);
select pg_temp.shop('berlin', 'Europe/Berlin', pg_temp.week('10:00', '11:00'), 'duration_minutes => 60');
select is(
  pg_temp.book('s', 'customer', 'berlin service', '2026-03-29T08:00Z'), 'confirmed',
  'a booking is made for the morning after clocks went forward'
);
select is(
  (select to_char(cancel_free_until at time zone 'Europe/Berlin', 'DD HH24:MI') from pg_temp.booking('s')),
  '28 09:00',
  'the free period of a booking ends 24 hours before it, also when the clocks change in between'
);
select pg_temp.ask('gone', 'owner', 'public.save_staff({zone}, {zone staff}, is_active => false)');
select is(
  pg_temp.slots('zone service', '2026-07-10T05:00Z', '2026-07-11T05:00Z'), null,
  'a staff member who left is not offered'
);
select is(
  pg_temp.book('left', 'customer', 'zone service', '2026-07-10T15:00Z'), '409 slot_unavailable',
  'a staff member who left is not booked'
);
select is(
  (select status from pg_temp.booking('z')), 'confirmed',
  'a booking with a staff member who left stays confirmed'
);
select pg_temp.ask('archived', 'owner', $$public.save_service({berlin}, {berlin service}, status => 'archived')$$);
select is(
  pg_temp.attempt('visitor', $$select available_slots({berlin service}, '2026-03-29', '2026-03-30')$$),
  'PT404 service_not_found',
  'the times of an archived service are not found'
);
select is(
  pg_temp.attempt('customer', 'select cancel_booking({s})'), '1',
  'a booking of an archived service can be cancelled'
);
select is(
  pg_temp.attempt('owner', $$update stores set is_open = false where id = {move}$$), '1',
  'an owner may close the shop'
);
select is(
  pg_temp.slots('move service', '2026-03-10T00:00Z', '2026-03-11T00:00Z'), null,
  'a closed shop offers no times'
);
select is(
  pg_temp.book('closed', 'customer', 'move service', '2026-03-10T10:00Z'), '409 store_closed',
  'a closed shop takes no booking'
);
select is(
  (select jsonb_agg(violation)::text from private.check_invariants() as violation), null,
  'no invariant of the books is violated after the bookings were made and changed'
);
select * from finish();
rollback;
