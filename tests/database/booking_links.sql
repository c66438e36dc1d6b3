-- Links in letters, calendars to subscribe to, and finding what can be booked: who gets in, and who does not.
begin;
set local search_path = public, extensions;
select plan(48);
-- include: actors, bookings
create function pg_temp.link(booking text) returns text
language sql
as $$ select private.booking_link_token(id) from pg_temp.booking(booking) $$;

select pg_temp.clock('2026-03-09T08:00:00Z');
select pg_temp.shop(
  'hair', 'Europe/London', pg_temp.week('09:00', '17:00'),
  'description => ''Crème brûlée highlights'', duration_minutes => 60, price_amount => 5000'
);
select is(
  pg_temp.book('mine', 'customer', 'hair service', '2026-03-12T10:00Z'), 'confirmed',
  'a customer books a time'
);
select is(
  pg_temp.book('his', 'other customer', 'hair service', '2026-03-12T12:00Z'), 'confirmed',
  'another customer books another time'
);
select pg_temp.name_value('link', pg_temp.link('mine')), pg_temp.name_value('his link', pg_temp.link('his'));
select pg_temp.name_value('forged', left(pg_temp.link('mine'), 33) || right(pg_temp.link('his'), 64));

-- The link of a letter.
select is(
  (
    select (value ->> 'starts_at', value ->> 'service_name', value ->> 'can_change', value ->> 'refund_amount')::text
    from pg_temp.ask('look', 'visitor', 'public.booking_by_token({link})') as value
  ),
  '(2026-03-12T10:00:00+00:00,service,true,0)',
  'whoever has the link of a letter sees the booking'
);
select is(
  pg_temp.ask('keys', 'visitor', 'public.booking_by_token({link})') - array(
    select jsonb_object_keys(value) from answers where name = 'look'
  ),
  '{}',
  'a link shows the same fields each time it is opened'
);
select ok(
  not (select value ? 'customer_email' or value ? 'customer_phone' from answers where name = 'look'),
  'the link of a booking does not show its customer''s address or phone'
);
select is(
  pg_temp.attempt('visitor', format('select booking_by_token(%L)', token)), 'PT404 booking_not_found',
  'a link opens nothing when it is ' || why
)
from (
  values
  ((select value from ids where name = 'forged'), 'the proof of another'),
  (repeat('0', 32) || '.' || repeat('0', 64), 'nothing like that'),
  ('x', 'no token'),
  ('', 'empty'),
  (null, 'none'),
  (upper((select value from ids where name = 'link')), 'other letters'),
  (
    (
      select left(value, 33) || private.booking_token((select id from pg_temp.booking('mine')), 'calendar')
      from ids
      where name = 'link'
    ),
    'what opens the calendar only'
  )
) as wrong (token, why);
select is(
  pg_temp.attempt('visitor', 'select private.booking_token(gen_random_uuid(), ''manage'')'), '42501',
  'a visitor cannot ask for the proof in a link'
);
select is(
  pg_temp.attempt('visitor', 'select private.booking_link_token(gen_random_uuid())'), '42501',
  'a visitor cannot ask for the link of a booking'
);
select is(
  pg_temp.ask(
    'moved', 'visitor',
    $$public.reschedule_by_token({link}, '2026-03-12T14:00Z', expected_starts_at => '2026-03-12T10:00Z')$$
  ) ->> 'starts_at',
  '2026-03-12T14:00:00+00:00',
  'whoever has the link moves the booking'
);
select is(
  pg_temp.attempt('visitor', $$select reschedule_by_token({link}, '2026-03-12T12:00Z')$$), 'PT409 slot_taken',
  'whoever has the link cannot move the booking onto a time that is taken'
);
select is(
  pg_temp.attempt('visitor', $$select reschedule_by_token({link}, '2026-03-12T14:10Z')$$), 'PT409 slot_unavailable',
  'whoever has the link cannot move the booking to a time that is not offered'
);
select is(
  (
    select string_agg(template, ' ' order by id)
    from private.outbox
    where store_id is not null and payload ->> 'booking_id' = (select value from ids where name = 'mine')
  ),
  'booking_confirmed_store booking_moved_store',
  'a store is told what is done with the link of a booking'
);
select is(
  pg_temp.attempt('visitor', $$select cancel_by_token({link}, repeat('x', 1001))$$), 'PT422 invalid_reason',
  'the reason for cancelling by a link has a longest length'
);
select is(
  (
    select (value ->> 'status', value ->> 'can_change')::text
    from pg_temp.ask('gone', 'visitor', $$public.cancel_by_token({link}, 'Ill')$$) as value
  ),
  '(cancelled,false)',
  'whoever has the link cancels the booking'
);
select is(
  (select cancelled_by from pg_temp.booking('mine')), 'customer',
  'a booking that is cancelled by its link was cancelled by its customer'
);
select is(
  pg_temp.attempt('visitor', 'select cancel_by_token({link})'), '1',
  'cancelling by a link again changes nothing'
);
select pg_temp.clock('2026-04-11T13:00:00Z');
select is(
  pg_temp.attempt('visitor', 'select booking_by_token({his link})'), 'PT404 booking_not_found',
  'a link opens nothing 30 days after the booking ended'
);
select pg_temp.clock('2026-03-09T08:00:00Z');

-- Its calendar.
select pg_temp.name_value('ics', private.booking_token(id, 'calendar')) from pg_temp.booking('his');
select is(
  pg_temp.ask('entry', 'visitor', 'public.calendar_booking({his}, {ics})') -> 'booking' ->> 'sequence', '0',
  'whoever has the calendar token of a booking reads its event'
);
select is(
  pg_temp.attempt('visitor', 'select calendar_booking({mine}, {ics})'), 'PT404 booking_not_found',
  'the calendar token of one booking does not open another'
);
select is(
  pg_temp.attempt('visitor', 'select calendar_booking({his})'), 'PT404 booking_not_found',
  'a calendar event is not found without its token'
);
select is(
  pg_temp.attempt('customer', 'select calendar_booking({his})'), 'PT404 booking_not_found',
  'a calendar event is not found by another customer'
);
select is(
  pg_temp.attempt('other customer', 'select calendar_booking({his})'), '1',
  'a customer who is signed in reads the event of a booking without its token'
);

-- A staff member's.
select is(
  pg_temp.attempt('customer', 'select create_calendar_feed({hair staff})'), 'PT403 store_role_required',
  'a customer cannot take a calendar of the store'
);
select is(
  pg_temp.attempt('staff', 'select create_calendar_feed({hair staff})'), 'PT403 store_role_required',
  'a staff member cannot take the calendar of a colleague'
);
select is(
  pg_temp.attempt('owner', 'select create_calendar_feed(gen_random_uuid())'), 'PT404 staff_not_found',
  'a calendar of a staff member who does not exist is not found'
);
select pg_temp.name_value('feed', value ->> 'token')
from pg_temp.ask('feed', 'owner', 'public.create_calendar_feed({hair staff})') as value;
select matches(
  (select value ->> 'path' from answers where name = 'feed'), '^/functions/v1/calendar/feeds/[0-9a-f]{64}\.ics$',
  'the owner gets a calendar address that nobody can guess'
);
select ok(
  not exists (
    select
    from private.calendar_feeds
    where calendar_feeds::text like '%' || (select value from ids where name = 'feed') || '%'
  ),
  'the token of a calendar address is kept nowhere in plain text'
);
select is(
  (
    select array_agg(entry -> 'booking' ->> 'id')
    from jsonb_array_elements(pg_temp.ask('read', 'visitor', 'public.calendar_feed({feed})') -> 'entries') as entry
  ),
  array[(select value from ids where name = 'his')],
  'a staff member''s calendar shows the bookings that stand, without those that were cancelled'
);
select pg_temp.name_value('second feed', value ->> 'token')
from pg_temp.ask('feed', 'owner', 'public.create_calendar_feed({hair staff})') as value;
select is(
  pg_temp.attempt('visitor', 'select calendar_feed({feed})') || ' '
  || pg_temp.attempt('visitor', 'select calendar_feed({second feed})'),
  'PT404 calendar_not_found 1',
  'a new address of a calendar ends the one before'
);
update staff
set member_id = (select user_id from actors where name = 'staff')
where id::text = (select value from ids where name = 'hair staff');
select pg_temp.name_value('own feed', value ->> 'token')
from pg_temp.ask('feed', 'staff', 'public.create_calendar_feed({hair staff})') as value;
select is(
  pg_temp.attempt('visitor', 'select calendar_feed({own feed})'), '1',
  'a staff member may take the calendar of their own bookings'
);
delete from store_members where user_id = (select user_id from actors where name = 'staff');
select is(
  pg_temp.attempt('visitor', 'select calendar_feed({own feed})'), 'PT404 calendar_not_found',
  'a calendar of staff who left the store opens nothing'
);
select is(
  (
    pg_temp.ask('x', 'owner', 'public.revoke_calendar_feed({hair staff})'),
    pg_temp.ask('y', 'owner', 'public.revoke_calendar_feed({hair staff})')
  )::text,
  '(true,false)',
  'a calendar address is revoked once'
);

-- Found.
select is(
  (
    select array_agg(service ->> 'next_free_at')
    from jsonb_array_elements(
      pg_temp.ask('found', 'visitor', format('public.search_services(%L, store_id => {hair})', query)) -> 'services'
    ) as service
  ),
  array['2026-03-09T09:00:00+00:00'],
  'a service and its next free time are found by "' || query || '"'
)
from unnest(array['creme brulee', 'HIGHLIGHT', 'service', '']) as query;
select is(
  pg_temp.ask('none', 'visitor', 'public.search_services(''beard'', store_id => {hair})') -> 'services', '[]',
  'a service is not found by words that it does not have'
);
select is(
  pg_temp.ask(
    'night', 'visitor',
    $$public.search_services(
      store_id => {hair}, free_from => '2026-03-09T18:00Z', free_until => '2026-03-09T22:00Z'
    )$$
  ) -> 'services',
  '[]',
  'a service is not found for hours at which nobody works'
);
-- What is named so comes first, what mentions it later, equals in the order of their age, and no page repeats any.
select pg_temp.shop('spa', 'UTC', pg_temp.week('09:00', '12:00'), 'status => ''draft'', duration_minutes => 30');
select pg_temp.service('spa', word, format('status => ''active'', duration_minutes => 30, description => %L', told))
from (
  values ('one', 'With balayage.'), ('balayage', ''), ('two', 'With balayage.'), ('three', 'Without.')
) as more (word, told);
create function pg_temp.pages(query text, page_size integer) returns text
language plpgsql
as $$
declare
  v_names text[] := '{}';
  v_cursor text;
  v_page jsonb;
begin
  loop
    v_page := pg_temp.ask('page', 'visitor', format(
      'public.search_services(%L, store_id => {spa}, page_size => %s, cursor => %L)', query, page_size, v_cursor
    ));
    v_names := v_names || array(
      select service ->> 'name' from jsonb_array_elements(v_page -> 'services') with ordinality as listed (service, at)
      order by listed.at
    );
    v_cursor := v_page ->> 'next_cursor';
    exit when v_cursor is null or cardinality(v_names) > 20;
  end loop;
  return array_to_string(v_names, ' ');
end;
$$;
select is(
  string_agg(pg_temp.pages('balayage', page_size), ', '), 'balayage one two, balayage one two, balayage one two',
  'services that fit the words best come first, whatever the size of a page'
)
from unnest(array[1, 2, 20]) as page_size;
select is(
  pg_temp.pages('', 2), pg_temp.pages('', 20),
  'services without words come in the same order, whatever the size of a page'
);
select is(
  pg_temp.attempt('visitor', $$select search_services(free_until => 'infinity')$$) || ' '
  || pg_temp.attempt('visitor', $$select search_services(cursor => 'x')$$),
  'PT422 invalid_range PT400 invalid_cursor',
  'a search without an end and an invented cursor are refused'
);
select is(
  (
    select jsonb_agg(service ->> 'id')
    from jsonb_array_elements(
      pg_temp.ask(
        'shop', 'visitor', 'public.get_store_by_link((select slug from stores where id = {hair}))'
      ) -> 'services'
    ) as service
  ),
  (select jsonb_build_array(value) from ids where name = 'hair service'),
  'a store''s page shows the services that it offers'
);
select * from finish();
rollback;
