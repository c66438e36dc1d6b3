-- Who waits for a time that is taken: in order, for a limited time, and never twice.
begin;
set local search_path = public, extensions;
select plan(35);
-- include: actors, bookings
create function pg_temp.wish(name text, actor text, service text, from_time text, to_time text) returns text language sql as $$
  select pg_temp.name_value(name, value ->> 'id') from pg_temp.ask(name, actor, format('public.join_waiting_list({%s}, %L, %L)', service, from_time, to_time)) as value;
  select coalesce(value ->> 'status', value ->> 'error') from answers where answers.name = wish.name
$$;
create function pg_temp.wishes() returns text language sql as $$
  select string_agg(ids.name || ' ' || status, ', ' order by waiting_list.id) from waiting_list join ids on ids.value = waiting_list.id::text
$$;

select pg_temp.clock('2026-03-09T08:00:00Z');
select pg_temp.shop('full', 'UTC', pg_temp.week('10:00', '11:00'), 'duration_minutes => 60');
select is(pg_temp.book('taken', 'rival', 'full service', '2026-03-10T10:00Z'), 'confirmed', 'the only time of a day is taken');
select is(pg_temp.wish('first', 'customer', 'full service', '2026-03-10T00:00Z', '2026-03-11T00:00Z'), 'waiting', 'Cara waits for that day');
select is(pg_temp.wish('second', 'other customer', 'full service', '2026-03-10T00:00Z', '2026-03-11T00:00Z'), 'waiting', 'Carl after her');
select is(pg_temp.ask('again', 'customer', $$public.join_waiting_list({full service}, '2026-03-10T00:00Z', '2026-03-11T00:00Z')$$) ->> 'id', (select value ->> 'id' from answers where name = 'first'), 'asked again, she waits once');
select is(pg_temp.attempt('customer', $$select join_waiting_list({full service}, '2026-03-12T00:00Z', '2026-03-13T00:00Z')$$), 'PT409 already_waiting', 'and for one time of a service');
select is(pg_temp.attempt('customer', format($$select join_waiting_list({full service}, %L, %L)$$, from_time, to_time)), 'PT422 invalid_range', format('nobody waits from %s to %s', from_time, to_time))
from (values ('2026-03-09', '2026-05-12'), ('2026-03-10', '2026-03-10'), ('-infinity', 'infinity'), ('2026-03-01', '2026-03-02'), (null, '2026-03-12')) as range (from_time, to_time);
select is(pg_temp.attempt('customer', $$select join_waiting_list({full service}, '2026-03-10', '2026-03-11', party_size => 2)$$), 'PT422 invalid_party_size', 'nor for more seats than there are');
select is(pg_temp.attempt('customer', $$select join_waiting_list(gen_random_uuid(), '2026-03-10', '2026-03-11')$$), 'PT404 service_not_found', 'nor for what is not offered');
select is(pg_temp.attempt('visitor', $$select join_waiting_list({full service}, '2026-03-10', '2026-03-11')$$), '42501', 'nor without an account');
select is(private.offer_freed_times(), 0, 'nothing is free');

select pg_temp.attempt('rival', 'select cancel_booking({taken})');
select is(private.offer_freed_times(), 1, 'what is given back is offered');
select is(pg_temp.wishes(), 'first offered, second waiting', '… to who came first');
select is((select string_agg(kind, ' ') from notifications where user_id = (select user_id from actors where name = 'customer')) || ' ' || (select string_agg(template, ' ') from private.outbox where user_id = (select user_id from actors where name = 'customer')), 'booking_offer booking_offer', '… who is told in the app and by mail');
select is((select offer_expires_at from waiting_list where status = 'offered'), '2026-03-09T09:00Z', '… for an hour');
select is(pg_temp.slots('full service', '2026-03-10', '2026-03-11'), null, '… in which nobody else is offered it');
select is(pg_temp.book('sneak', 'other customer', 'full service', '2026-03-10T10:00Z'), '409 slot_taken', '… nor books it');
select is(pg_temp.attempt('other customer', 'select accept_offer({first})'), 'PT404 waiting_not_found', '… nor takes the offer');
select is(pg_temp.attempt('other customer', 'select accept_offer({second})'), 'PT409 no_offer', '… and he has none himself');
select pg_temp.clock('2026-03-09T09:00:00Z');
select is(pg_temp.attempt('customer', 'select accept_offer({first})'), 'PT409 no_offer', 'an hour later it is over, though no job has run');
select is((select private.expire_bookings()), 1, 'the job tidies up');
select is(private.offer_freed_times(), 1, '… and the next one is asked');
select is(pg_temp.wishes(), 'first lapsed, second offered', '… who came second');
select is(pg_temp.ask('took', 'other customer', 'public.accept_offer({second})') ->> 'status', 'confirmed', 'he takes it');
select is(pg_temp.ask('took again', 'other customer', 'public.accept_offer({second})') ->> 'id', (select value ->> 'id' from answers where name = 'took'), '… once');
select is(pg_temp.wishes(), 'first lapsed, second taken', '… and waits no more');

-- To be paid: from the offer on it is a booking like any other.
select pg_temp.shop('dear', 'UTC', pg_temp.week('10:00', '11:00'), 'duration_minutes => 60, price_amount => 5000, deposit_amount => 1000, hold_minutes => 20');
select pg_temp.wish('pay', 'customer', 'dear service', '2026-03-10T00:00Z', '2026-03-11T00:00Z');
select is(private.offer_freed_times(), 1, 'what is free when she joins is offered at once');
select is((select (value ->> 'status', value ->> 'due_amount', value ->> 'hold_expires_at', (value ->> 'checkout_id') is not null)::text from pg_temp.ask('held', 'customer', 'public.accept_offer({pay})') as value), '(held,1000,2026-03-09T09:20:00+00:00,t)', 'what she takes is held until it is paid');
select pg_temp.wish('leaves', 'other customer', 'dear service', '2026-03-11T00:00Z', '2026-03-12T00:00Z');
select is(private.offer_freed_times(), 1, 'another is offered another day');
select is((select value ->> 'status' from pg_temp.ask('left', 'other customer', 'public.leave_waiting_list({leaves})') as value), 'left', 'he does not want it any more');
select is(pg_temp.slots('dear service', '2026-03-11', '2026-03-12'), '11 10:00', '… and it is free again');
select is((select jsonb_agg(to_jsonb(violation)) from private.check_invariants() as violation), null, 'everything adds up');
select * from finish();
rollback;
