-- Booking, moving, cancelling, deciding: what is written, what is refused, and that time is never taken twice.
begin;
set local search_path = public, extensions;
select plan(145);
-- include: actors, bookings
select pg_temp.clock('2026-03-08T11:40:00Z');
create function pg_temp.rows() returns integer language sql as $$ select count(*)::integer from bookings where store_id::text not like '5eed%' $$;

-- What is not offered is not booked, whoever calls it directly.
select pg_temp.shop('york', 'America/New_York', pg_temp.week('09:00', '17:00'), 'duration_minutes => 30, buffer_after_minutes => 10, min_notice_minutes => 120');
select pg_temp.ask('horizon', 'owner', 'public.save_service({york}, {york service}, max_advance_days => 60)');
select is(pg_temp.book('bad', 'customer', 'york service', start), '409 slot_unavailable', start || ' is not offered: ' || why)
from (values
  ('2026-03-08T14:10Z', 'off the grid'), ('2026-03-08T21:00Z', 'after closing'), ('2026-03-08T12:20Z', 'before opening'),
  ('2026-03-08T13:00Z', 'too soon'), ('2026-03-07T15:00Z', 'the past'), ('2026-05-08T13:00Z', '61 days ahead'),
  ('infinity', 'never'), ('-infinity', 'never'), ('294276-12-31T00:00Z', 'the end of time'), ('0001-01-01T00:00Z', 'long ago')
) as wrong (start, why);
select is(pg_temp.rows(), 0, 'nothing of that left a row');
select pg_temp.clock('2026-03-08T11:40:01Z');
select is(pg_temp.book('late', 'customer', 'york service', '2026-03-08T13:40Z'), '409 slot_unavailable', 'a second less than two hours is too soon');
select pg_temp.clock('2026-03-08T11:40:00Z');
select is(pg_temp.book('notice', 'customer', 'york service', '2026-03-08T13:40Z'), 'confirmed', 'two hours exactly are enough');
select is((select (reference ~ '^[A-Z2-9]{10}$', party_size, ends_at, time_zone, service_name, staff_name, price_amount, due_amount, checkout_id, customer_email)::text from pg_temp.booking('notice')),
  '(t,1,"2026-03-08 14:10:00+00",America/New_York,service,staff,0,0,,cara@bookings.example)', 'the booking says what was booked');
select is(pg_temp.book('notice', 'customer', 'york service', '2026-03-08T13:40Z'), 'confirmed', 'the same call again gets the same answer');
select is(pg_temp.rows(), 1, '… and books nothing more');
select is(pg_temp.book('notice', 'customer', 'york service', '2026-03-08T15:00Z'), '409 idempotency_key_reused', 'another call with its key is refused');
select is(pg_temp.book('twice', 'other customer', 'york service', '2026-03-08T13:40Z'), '409 slot_taken', 'who comes second hears so');
select is(pg_temp.book('twice', 'visitor', 'york service', '2026-03-08T15:00Z'), '42501 permission denied for function book_slot', 'who has no account does not book');
select is(pg_temp.attempt('customer', format($$select reschedule_booking({notice}, %L)$$, start)), 'PT409 slot_unavailable', 'no move to ' || start)
from unnest(array['2026-03-08T14:10Z', '2026-03-08T21:00Z', '2026-03-08T13:00Z', '2026-05-08T13:00Z', 'infinity']) as start;
select is(pg_temp.attempt('customer', $$select reschedule_booking({notice}, null)$$), 'PT422 invalid_time', 'a move goes somewhere');
select is(pg_temp.attempt('customer', $$select book_slot({york service}, null, 'k')$$), 'PT422 invalid_time', 'a booking begins somewhere');
select is(pg_temp.attempt('customer', format($$select book_slot({york service}, '2026-03-08T15:00Z', %L)$$, key)), 'PT422 invalid_idempotency_key', 'no key: ' || coalesce(key, 'null'))
from unnest(array[null, '', 'a b', repeat('x', 256)]) as key;
select is(pg_temp.book('note', 'customer', 'york service', '2026-03-08T15:00Z', format(', note => repeat(%L, 1001)', 'x')), '422 invalid_note', 'a note ends somewhere');
select is(pg_temp.book('party', 'customer', 'york service', '2026-03-08T15:00Z', ', party_size => ' || size), '422 invalid_party_size', 'no party of ' || size)
from unnest(array['0', '2', '-1', 'null', '2147483647']) as size;
select is(pg_temp.attempt('customer', $$select book_slot(gen_random_uuid(), '2026-03-08T15:00Z', 'k')$$), 'PT404 service_not_found', 'what is not there is not booked');
select is(pg_temp.attempt('customer', $$select book_slot({york service}, '2026-03-08T15:00Z', 'k', gen_random_uuid())$$), 'PT404 staff_not_found', 'nor with nobody');

-- Lists have an end.
select is(pg_temp.attempt('visitor', format($$select available_slots({york service}, %L, %L)$$, from_time, to_time)), 'PT422 invalid_range', format('no range from %s to %s', from_time, to_time))
from (values ('2026-03-09', '2026-05-12'), ('2026-03-09', '2026-03-09'), ('2026-03-10', '2026-03-09'), ('-infinity', 'infinity'), ('2026-03-09', 'infinity'), ('294276-01-01', '294276-01-02'), (null, '2026-03-09'), ('2026-03-09', null)) as range (from_time, to_time);
select is(pg_temp.attempt('visitor', format($$select available_days({york service}, %L, %L)$$, from_date, to_date)), 'PT422 invalid_range', format('no days from %s to %s', from_date, to_date))
from (values ('2026-03-09', '2026-05-12'), ('2026-03-10', '2026-03-09'), ('-infinity', 'infinity'), ('5874897-01-01', '5874897-01-02'), (null, '2026-03-09')) as range (from_date, to_date);

-- Moving: one's own time is not in the way.
select pg_temp.shop('move', 'Europe/London', pg_temp.week('09:00', '17:00'), 'duration_minutes => 60, slot_step_minutes => 15');
select is(pg_temp.book('a', 'customer', 'move service', '2026-03-10T10:30Z'), 'confirmed', 'A stands at half past ten');
select is(pg_temp.book('b', 'other customer', 'move service', '2026-03-10T11:45Z'), 'confirmed', 'B at a quarter to twelve');
select is(pg_temp.attempt('customer', $$select reschedule_booking({a}, '2026-03-10T10:45Z', expected_starts_at => '2026-03-10T10:30Z')$$), '1', 'A moves by a quarter of an hour');
select is((select (starts_at, ics_sequence, status)::text from pg_temp.booking('a')), '("2026-03-10 10:45:00+00",1,confirmed)', '… and is the same booking, in a new version');
select is(pg_temp.attempt('customer', $$select reschedule_booking({a}, '2026-03-10T11:00Z')$$), 'PT409 slot_taken', 'further would touch B');
select is((select (starts_at, ics_sequence)::text from pg_temp.booking('a')), '("2026-03-10 10:45:00+00",1)', '… and A stands where it stood');
select is(pg_temp.attempt('customer', $$select reschedule_booking({a}, '2026-03-10T15:00Z', expected_starts_at => '2026-03-10T10:30Z')$$), 'PT409 booking_changed', 'who has seen it elsewhere hears so');
select is(pg_temp.attempt('customer', $$select reschedule_booking({a}, '2026-03-10T10:45Z', expected_starts_at => '2026-03-10T10:30Z')$$), '1', 'a repeated move changes nothing');
select is(pg_temp.attempt('rival', $$select reschedule_booking({a}, '2026-03-10T15:00Z')$$), 'PT404 booking_not_found', 'nobody else moves it');
select is(pg_temp.attempt('staff', $$select reschedule_booking({a}, '2026-03-10T15:00Z')$$), '1', 'the store does');
select is(pg_temp.slots('move service', '2026-03-10T10:00Z', '2026-03-10T11:00Z', 'HH24:MI'), '10:00 10:15 10:30 10:45', 'what it left is free again');
select pg_temp.staff('move', 'second');
select pg_temp.ask('both', 'owner', 'public.save_service({move}, {move service}, staff_ids => array[{move staff}, {move second}]::uuid[])');
select is(pg_temp.attempt('customer', $$select reschedule_booking({b}, '2026-03-10T11:45Z', {move second})$$), 'PT404 booking_not_found', 'nor somebody else''s staff member');
select is(pg_temp.attempt('other customer', $$select reschedule_booking({b}, '2026-03-10T11:45Z', {move second})$$), '1', 'the same time with somebody else is a move');
select is((select (staff_name, ics_sequence)::text from pg_temp.booking('b')), '(second,1)', '… and says so');
select is(pg_temp.book('busy', 'customer', 'move service', '2026-03-10T09:00Z'), 'confirmed', 'whoever comes next, with anybody');
select is((select staff_name from pg_temp.booking('busy')), 'staff', '… gets the first in order among the equally busy');
select is(pg_temp.book('less', 'customer', 'move service', '2026-03-10T16:00Z'), 'confirmed', 'and the next');
select is((select staff_name from pg_temp.booking('less')), 'second', '… whoever has less to do that day');

-- Groups: one session, several seats.
select pg_temp.shop('group', 'Europe/London', pg_temp.week('09:00', '10:30'), 'duration_minutes => 60, slot_step_minutes => 30, capacity => 3, party_max => 2');
select pg_temp.service('group', 'other', 'duration_minutes => 60, slot_step_minutes => 30, capacity => 3');
select is(pg_temp.book('g1', 'customer', 'group service', '2026-03-11T09:00Z'), 'confirmed', 'the first seat');
select is(pg_temp.slots('group other', '2026-03-11T00:00Z', '2026-03-12T00:00Z'), null, 'its trainer gives nothing else then');
select is(pg_temp.book('other', 'customer', 'group other', '2026-03-11T09:00Z'), '409 slot_taken', '… and who asks hears so');
select is((select string_agg(to_char(starts_at, 'HH24:MI') || ' ' || remaining, ', ') from available_slots((select value::uuid from ids where name = 'group service'), '2026-03-11', '2026-03-12')), '09:00 2', 'two seats are left, at this start only');
select is(pg_temp.book('shifted', 'other customer', 'group service', '2026-03-11T09:30Z'), '409 slot_taken', 'an overlapping start is another session');
select is(pg_temp.book('g2', 'other customer', 'group service', '2026-03-11T09:00Z', ', party_size => 2'), 'confirmed', 'a party of two takes both');
select is(pg_temp.slots('group service', '2026-03-11T00:00Z', '2026-03-12T00:00Z'), null, 'nothing is left');
select is(pg_temp.book('g3', 'customer', 'group service', '2026-03-11T09:00Z'), '409 slot_full', 'the fourth hears that it is full');
select is(pg_temp.attempt('customer', $$select cancel_booking({g1})$$), '1', 'one gives up the seat');
select is((select string_agg(to_char(starts_at, 'HH24:MI') || ' ' || remaining, ', ') from available_slots((select value::uuid from ids where name = 'group service'), '2026-03-11', '2026-03-12')), '09:00 1', '… and it is offered again');
select is(pg_temp.attempt('other customer', $$select reschedule_booking({g2}, '2026-03-12T09:00Z')$$), '1', 'the last party moves to the next day');
select is(pg_temp.slots('group other', '2026-03-11T00:00Z', '2026-03-12T00:00Z'), '11 09:00 11 09:30', '… and the trainer is free for all');

-- Holds.
select pg_temp.clock('2026-03-10T10:00:00Z');
select pg_temp.shop('paid', 'Europe/London', pg_temp.week('09:00', '17:00'), 'duration_minutes => 60, price_amount => 5000, deposit_amount => 1999, cancel_fee_bps => 3333, cancel_minutes => 1440');
select is(pg_temp.book('h1', 'customer', 'paid service', '2026-03-12T10:00Z'), 'held', 'what is paid in advance is held');
select is((select (due_amount, deposit_amount, price_amount, hold_expires_at)::text from pg_temp.booking('h1')), '(1999,1999,5000,"2026-03-10 10:15:00+00")', '… for a quarter of an hour');
select is((select (checkouts.status, checkouts.total_amount, checkouts.currency, checkouts.payment_method, checkouts.expires_at, checkouts.user_id = bookings.customer_id)::text from checkouts join bookings on bookings.checkout_id = checkouts.id where bookings.id = (select value::uuid from ids where name = 'h1')), '(pending,1999,USD,card,"2026-03-10 10:15:00+00",t)', '… and waits for a payment');
select is(pg_temp.book('h2', 'customer', 'paid service', '2026-03-12T12:00Z'), '409 hold_exists', 'one holds one time of a service');
select pg_temp.clock('2026-03-10T10:14:59Z');
select is(pg_temp.slots('paid service', '2026-03-12T10:00Z', '2026-03-12T11:00Z'), null, 'a second before its end it is not offered');
select is(pg_temp.book('h3', 'other customer', 'paid service', '2026-03-12T10:00Z'), '409 slot_taken', '… nor booked');
select pg_temp.clock('2026-03-10T10:15:00Z');
select is(pg_temp.slots('paid service', '2026-03-12T10:00Z', '2026-03-12T11:00Z'), '12 10:00', 'at its end it is offered, though no job has run');
select is(pg_temp.book('h3', 'other customer', 'paid service', '2026-03-12T10:00Z'), 'held', '… and booked by another');
select is((select status from pg_temp.booking('h1')), 'expired', 'the first hold is over');
select is((select private.confirm_booking(value::uuid) from ids where name = 'h1'), false, 'its payment comes too late: the time is gone');
select is((select status from pg_temp.booking('h1')), 'expired', '… and stays so');
select is(pg_temp.book('h4', 'customer', 'paid service', '2026-03-12T12:00Z'), 'held', 'she holds another time');
select pg_temp.clock('2026-03-10T10:31:00Z');
select is(private.expire_bookings(), 2, 'a job tidies up');
select is(private.expire_bookings(), 0, '… once');
select is((select string_agg(distinct checkouts.status, ' ') from checkouts join bookings on bookings.checkout_id = checkouts.id where bookings.store_id = (select value::uuid from ids where name = 'paid')), 'expired', '… with the payments that were awaited');
select is((select private.confirm_booking(value::uuid) from ids where name = 'h4'), true, 'a late payment finds its time still free');
select is((select (status, paid_amount, due_amount)::text from pg_temp.booking('h4')), '(confirmed,1999,0)', '… and it is confirmed');
select is(pg_temp.slots('paid service', '2026-03-12T12:00Z', '2026-03-12T13:00Z'), null, '… and taken');
update checkouts set status = 'paid' where id = (select checkout_id from pg_temp.booking('h4'));
select is(pg_temp.book('h5', 'customer', 'paid service', '2026-03-12T14:00Z'), 'held', 'who cancels a hold');
select is(pg_temp.attempt('customer', 'select cancel_booking({h5})'), '1', '… owes nothing');
select is((select (bookings.status, refund_amount, checkouts.status)::text from bookings join checkouts on checkouts.id = checkout_id where bookings.id = (select value::uuid from ids where name = 'h5')), '(cancelled,0,cancelled)', '… and no payment is awaited');

-- The policy is frozen.
select pg_temp.ask('harder', 'owner', 'public.save_service({paid}, {paid service}, cancel_fee_bps => 10000, price_amount => 9000, cancel_minutes => 10000)');
select is((select value from pg_temp.ask('early quote', 'customer', 'public.quote_cancellation({h4})') as value), '{"currency": "USD", "fee_amount": 0, "paid_amount": 1999, "refund_amount": 1999, "cancel_free_until": "2026-03-11T12:00:00+00:00"}', 'a day before, all of it goes back');
select pg_temp.clock('2026-03-11T12:00:00Z');
select is(pg_temp.ask('last quote', 'customer', 'public.quote_cancellation({h4})') ->> 'refund_amount', '1999', '… to the second');
select pg_temp.clock('2026-03-11T12:00:01Z');
select is(pg_temp.ask('late quote', 'customer', 'public.quote_cancellation({h4})') ->> 'refund_amount', '1333', 'after that a third is kept, as it was when it was booked');
select is(pg_temp.ask('store quote', 'owner', 'public.quote_cancellation({h4})') ->> 'refund_amount', '1999', 'when the store cancels, all of it goes back');
select is(pg_temp.attempt('customer', $$select reschedule_booking({h4}, '2026-03-20T12:00Z')$$), '1', 'moving it further away');
select is(pg_temp.ask('moved quote', 'customer', 'public.quote_cancellation({h4})') ->> 'refund_amount', '1333', '… does not win the free cancelling back');
select is(pg_temp.attempt('customer', $$select cancel_booking({h4}, 'ill')$$), '1', 'she cancels');
select is((select (status, refund_amount, cancelled_by, cancel_reason, ics_sequence)::text from pg_temp.booking('h4')), '(cancelled,1333,customer,ill,2)', '… and gets what she was told');
select throws_ok($$update bookings set cancel_fee_bps = 0$$, 'PT409', null, 'nobody changes the policy of a booking');
select throws_ok($$update bookings set status = 'confirmed' where status = 'cancelled'$$, 'PT409', null, 'nor wakes up what has ended');

-- Requests.
select pg_temp.shop('ask', 'Europe/London', pg_temp.week('09:00', '17:00'), 'duration_minutes => 60, needs_approval => true');
select is(pg_temp.book('r1', 'customer', 'ask service', '2026-03-13T10:00Z'), 'requested', 'where the store decides, a booking is a request');
select is(pg_temp.slots('ask service', '2026-03-13T10:00Z', '2026-03-13T11:00Z'), null, '… which blocks its time');
select is(pg_temp.attempt('customer', 'select decide_booking({r1}, true)'), 'PT403 store_role_required', 'the customer does not decide');
select is(pg_temp.attempt('staff', 'select decide_booking({r1}, true)'), '1', 'the store confirms it');
select is((select (status, decide_by)::text from pg_temp.booking('r1')), '(confirmed,)', '… and it is');
select is(pg_temp.book('r2', 'customer', 'ask service', '2026-03-13T12:00Z'), 'requested', 'another');
select is(pg_temp.attempt('staff', $$select decide_booking({r2}, false, 'full')$$), '1', '… is declined');
select is(pg_temp.slots('ask service', '2026-03-13T12:00Z', '2026-03-13T13:00Z'), '13 12:00', '… and its time is free');
select is(pg_temp.book('r3', 'customer', 'ask service', '2026-03-13T14:00Z'), 'requested', 'a third');
select pg_temp.clock('2026-03-12T12:00:01Z');
select is(pg_temp.slots('ask service', '2026-03-13T14:00Z', '2026-03-13T15:00Z'), '13 14:00', '… lapses after a day');
select is(pg_temp.attempt('staff', 'select decide_booking({r3}, true)'), 'PT409 illegal_status', '… and is not confirmed any more');

-- How it went.
select is(pg_temp.attempt('staff', 'select complete_booking({r1})'), 'PT409 booking_not_started', 'nothing is completed before it begins');
select pg_temp.clock('2026-03-13T10:00:00Z');
select is(pg_temp.attempt('customer', 'select mark_no_show({r1})'), 'PT403 store_role_required', 'the customer does not say how it went');
select is(pg_temp.attempt('customer', 'select cancel_booking({r1})'), 'PT409 booking_started', '… and does not cancel what has begun');
select is(pg_temp.attempt('staff', 'select complete_booking({r1})'), '1', 'the store says it took place');
select is(pg_temp.attempt('staff', 'select complete_booking({r1})'), '1', '… twice, if it likes');
select is(pg_temp.attempt('staff', 'select mark_no_show({r1})'), 'PT409 illegal_status', '… but not the contrary then');

-- A shop that moves to another zone, staff that leaves, a service that is given up, a shop that closes.
select pg_temp.clock('2026-03-01T00:00Z');
select pg_temp.shop('zone', 'Europe/Madrid', pg_temp.week('09:00', '23:00'), 'duration_minutes => 60');
select is(pg_temp.book('z', 'customer', 'zone service', '2026-07-10T20:00Z'), 'confirmed', 'ten in the evening in Madrid');
select is(pg_temp.attempt('owner', $$update stores set time_zone = 'America/Chicago' where id = {zone}$$), '1', 'the shop moves to Chicago');
select is((select (starts_at, to_char(starts_at at time zone stores.time_zone, 'HH24:MI'), cancel_free_until)::text from pg_temp.booking('z') as booking join stores on stores.id = booking.store_id), '("2026-07-10 20:00:00+00",15:00,"2026-07-09 20:00:00+00")', 'the instant stays, and with it the day before');
select is(left(pg_temp.slots('zone service', '2026-07-10T05:00Z', '2026-07-11T05:00Z', 'HH24:MI'), 5), '14:00', 'what is offered follows Chicago');
select is(pg_temp.attempt('owner', $$update stores set time_zone = 'Mars/Olympus' where id = {zone}$$), 'PT422 invalid_time_zone', 'a zone that does not exist is none');
select pg_temp.shop('berlin', 'Europe/Berlin', pg_temp.week('10:00', '11:00'), 'duration_minutes => 60');
select is(pg_temp.book('s', 'customer', 'berlin service', '2026-03-29T08:00Z'), 'confirmed', 'ten in the morning, after a short night');
select is((select to_char(cancel_free_until at time zone 'Europe/Berlin', 'DD HH24:MI') from pg_temp.booking('s')), '28 09:00', 'a day before are 24 hours');
select pg_temp.ask('gone', 'owner', 'public.save_staff({zone}, {zone staff}, is_active => false)');
select is(pg_temp.slots('zone service', '2026-07-10T05:00Z', '2026-07-11T05:00Z'), null, 'who left is not offered');
select is(pg_temp.book('left', 'customer', 'zone service', '2026-07-10T15:00Z'), '409 slot_unavailable', '… nor booked');
select is((select status from pg_temp.booking('z')), 'confirmed', 'what was booked stays');
select pg_temp.ask('archived', 'owner', $$public.save_service({berlin}, {berlin service}, status => 'archived')$$);
select is(pg_temp.attempt('visitor', $$select available_slots({berlin service}, '2026-03-29', '2026-03-30')$$), 'PT404 service_not_found', 'what was given up is not offered');
select is(pg_temp.attempt('customer', 'select cancel_booking({s})'), '1', '… but what was booked of it can be cancelled');
select is(pg_temp.attempt('owner', $$update stores set is_open = false where id = {move}$$), '1', 'a shop closes its door');
select is(pg_temp.slots('move service', '2026-03-10T00:00Z', '2026-03-11T00:00Z'), null, '… and offers nothing');
select is(pg_temp.book('closed', 'customer', 'move service', '2026-03-10T10:00Z'), '409 store_closed', '… and takes no booking');
select is((select jsonb_agg(violation)::text from private.check_invariants() as violation), null, 'everything adds up');
select * from finish();
rollback;
