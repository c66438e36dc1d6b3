-- Which times are offered: zones, days on which clocks change, midnights, buffers, closures, limits. The instants are
-- worked out by hand; they are the contract.
begin;
set local search_path = public, extensions;
select plan(54);
-- include: actors, bookings
select pg_temp.clock('2026-01-01T00:00Z');

-- The clocks of New York go back on 1 November.
select pg_temp.shop(
  'york', 'America/New_York', pg_temp.week('09:00', '17:00', array[1, 2, 3, 4, 5]),
  'duration_minutes => 60, slot_step_minutes => 60'
);
select is(
  pg_temp.slots('york service', '2026-10-30T04:00Z', '2026-11-04T05:00Z'),
  concat_ws(
    ' ',
    '30 13:00 30 14:00 30 15:00 30 16:00 30 17:00 30 18:00 30 19:00 30 20:00',
    '02 14:00 02 15:00 02 16:00 02 17:00 02 18:00 02 19:00 02 20:00 02 21:00',
    '03 14:00 03 15:00 03 16:00 03 17:00 03 18:00 03 19:00 03 20:00 03 21:00'
  ),
  'a shop opens at nine by its own clock, before and after the clocks go back'
);
select pg_temp.shop('noon', 'America/New_York', pg_temp.week('12:30', '13:00', array[7]), 'duration_minutes => 30');
select is(
  concat_ws(
    ' ', pg_temp.slots('noon service', '2026-03-01T00:00Z', '2026-03-16T00:00Z', 'MM-DD HH24:MI'),
    pg_temp.slots('noon service', '2026-10-25T00:00Z', '2026-11-09T00:00Z', 'MM-DD HH24:MI')
  ),
  '03-01 17:30 03-08 16:30 03-15 16:30 10-25 16:30 11-01 17:30 11-08 17:30',
  'half past twelve comes once a day, also on the days on which clocks change'
);

-- Steps and buffers on a day of 23 hours.
select pg_temp.shop(
  'step', 'America/New_York', pg_temp.week('09:00', '17:00'), 'duration_minutes => 30, buffer_after_minutes => 10'
);
select is(
  pg_temp.slots('step service', '2026-03-08T05:00Z', '2026-03-09T04:00Z', 'HH24:MI'),
  '13:00 13:40 14:20 15:00 15:40 16:20 17:00 17:40 18:20 19:00 19:40 20:20',
  'an appointment without a step follows the one before it and its buffer'
);
select pg_temp.service('step', 'half', 'duration_minutes => 30, buffer_after_minutes => 10, slot_step_minutes => 30');
select is(
  pg_temp.slots('step half', '2026-03-08T05:00Z', '2026-03-09T04:00Z', 'HH24:MI'),
  '13:00 13:30 14:00 14:30 15:00 15:30 16:00 16:30 17:00 17:30 18:00 18:30 19:00 19:30 20:00 20:30',
  'a step of half an hour gives sixteen starts from nine to five'
);
select is(
  pg_temp.book('one', 'customer', 'step half', '2026-03-08T14:00Z'), 'confirmed',
  'one of the starts is booked'
);
select is(
  pg_temp.slots('step half', '2026-03-08T05:00Z', '2026-03-09T04:00Z', 'HH24:MI'),
  '13:00 15:00 15:30 16:00 16:30 17:00 17:30 18:00 18:30 19:00 19:30 20:00 20:30',
  'a booking takes the starts that would begin or end in its time or buffer'
);
select pg_temp.shop(
  'short', 'Europe/London', pg_temp.week('10:00', '12:00'), 'duration_minutes => 20, buffer_after_minutes => 5'
);
select is(
  pg_temp.slots('short service', '2026-02-03T00:00Z', '2026-02-04T00:00Z', 'HH24:MI'),
  '10:00 10:25 10:50 11:15 11:40',
  'a buffer may reach beyond closing time'
);

-- Across midnight.
select pg_temp.shop(
  'night', 'Asia/Dhaka', pg_temp.week('22:30', '02:00', array[1]), 'duration_minutes => 60, slot_step_minutes => 30'
);
select is(
  pg_temp.slots('night service', '2026-06-14T18:00Z', '2026-06-16T18:00Z', 'HH24:MI'),
  '16:30 17:00 17:30 18:00 18:30 19:00',
  'an opening that begins at night goes on after midnight'
);
select pg_temp.shop(
  'nights', 'Asia/Dhaka',
  '[{"weekday": 1, "opens": "22:30", "closes": "24:00"}, {"weekday": 2, "opens": "00:00", "closes": "02:00"}]',
  'duration_minutes => 60, slot_step_minutes => 30'
);
select is(
  pg_temp.slots('nights service', '2026-06-14T18:00Z', '2026-06-16T18:00Z', 'HH24:MI'),
  '16:30 17:00 17:30 18:00 18:30 19:00',
  'an opening written as two that touch at midnight offers the same as one'
);
select is(
  pg_temp.slots('night service', '2026-06-15T17:15Z', '2026-06-15T18:30Z', 'HH24:MI'), '17:30 18:00',
  'a range that begins within an opening does not move its grid, and selects by start'
);

-- Zones with halves and quarters of an hour; two openings a day; the other hemisphere.
select pg_temp.shop('kolkata', 'Asia/Kolkata', pg_temp.week('07:30', '12:00'), 'duration_minutes => 60');
select is(
  pg_temp.slots('kolkata service', '2026-07-13T18:30Z', '2026-07-14T18:30Z', 'HH24:MI'), '02:00 03:00 04:00 05:00',
  'the starts of a shop in Kolkata are half an hour off'
);
select pg_temp.shop('nepal', 'Asia/Kathmandu', pg_temp.week('09:00', '12:00'), 'duration_minutes => 45');
select is(
  pg_temp.slots('nepal service', '2026-07-13T18:15Z', '2026-07-14T18:15Z', 'HH24:MI'), '03:15 04:00 04:45 05:30',
  'the starts of a shop in Kathmandu are three quarters of an hour off'
);
select pg_temp.shop(
  'vienna', 'Europe/Vienna', pg_temp.week('14:00', '20:00', array[5]),
  'duration_minutes => 90, slot_step_minutes => 30'
);
select is(
  pg_temp.slots('vienna service', '2026-06-11T22:00Z', '2026-06-12T22:00Z', 'HH24:MI'),
  '12:00 12:30 13:00 13:30 14:00 14:30 15:00 15:30 16:00 16:30',
  'the last appointment of a day ends when the shop closes'
);
select pg_temp.shop('sydney', 'Australia/Sydney', pg_temp.week('09:00', '12:00'), 'duration_minutes => 60');
select is(
  pg_temp.slot_count('sydney service', '2026-09-30T14:00Z', '2026-10-31T13:00Z'), 93,
  'October in Sydney has 93 starts'
);
select is(
  left(pg_temp.slots('sydney service', '2026-09-30T14:00Z', '2026-10-31T13:00Z', 'YYYY-MM-DD"T"HH24:MI'), 16)
  || right(pg_temp.slots('sydney service', '2026-09-30T14:00Z', '2026-10-31T13:00Z', 'YYYY-MM-DD"T"HH24:MI'), 16),
  '2026-09-30T23:002026-10-31T00:00',
  'a month lists from the first to the last start of the local month'
);
select is(
  pg_temp.slots('sydney service', '2026-10-02T14:00Z', '2026-10-04T13:00Z'),
  '02 23:00 03 00:00 03 01:00 03 22:00 03 23:00 04 00:00',
  'the clocks of Sydney go forward in October'
);
select is(
  (
    select string_agg(local_date || ' ' || slots, ', ')
    from (
      select *
      from available_days((select value::uuid from ids where name = 'sydney service'), '2026-10-03', '2026-10-05')
    ) as days
  ),
  '2026-10-03 3, 2026-10-04 3, 2026-10-05 3',
  'a calendar of days counts the starts by the days of the store'
);

-- Exceptions and closures.
select pg_temp.shop(
  'london', 'Europe/London', pg_temp.week('09:00', '11:00', array[1, 2, 3, 4, 5]), 'duration_minutes => 30'
);
select is(
  pg_temp.attempt(
    'owner', $$select from set_opening_exception({london}, '2026-06-13', '[{"opens": "10:00", "closes": "12:00"}]')$$
  ),
  '1',
  'an owner may open on a Saturday'
);
select is(
  pg_temp.slots('london service', '2026-06-12T23:00Z', '2026-06-13T23:00Z', 'HH24:MI'), '09:00 09:30 10:00 10:30',
  'an exception opens a day that is closed otherwise'
);
select is(
  pg_temp.attempt('owner', $$select from set_opening_exception({london}, '2026-06-15', '[]')$$), '1',
  'an owner may close on a Monday'
);
select is(
  pg_temp.slots('london service', '2026-06-14T23:00Z', '2026-06-16T23:00Z'), '16 08:00 16 08:30 16 09:00 16 09:30',
  'an exception for one day leaves the next day as it was'
);
select is(
  pg_temp.attempt('owner', $$select from set_opening_exception({london}, '2026-06-15', null)$$), '0',
  'an owner may take an exception back'
);
select is(
  pg_temp.slot_count('london service', '2026-06-14T23:00Z', '2026-06-15T23:00Z'), 4,
  'the hours of the week hold again on a day whose exception was taken back'
);
select is(
  pg_temp.attempt(
    'owner',
    $$
      select
      from set_opening_hours({london}, '[{"weekday": 1, "opens": "12:00", "closes": "13:00"}]', {london staff})
    $$
  ),
  '1',
  'an owner may give a staff member hours of their own'
);
select is(
  pg_temp.slots('london service', '2026-06-14T23:00Z', '2026-06-16T23:00Z'), '15 11:00 15 11:30',
  'the hours of a staff member replace the whole week of the shop'
);
select is(
  pg_temp.attempt('owner', $$select from set_opening_hours({london}, '[]', {london staff})$$), '0',
  'an owner may take the hours of a staff member back'
);
select is(
  pg_temp.attempt(
    'staff',
    $$
      insert into closures (store_id, staff_id, starts_local, ends_local)
      values ({london}, {london staff}, '2026-06-16 09:30', '2026-06-16 10:15')
    $$
  ),
  '1',
  'a staff member may block three quarters of an hour'
);
select is(
  pg_temp.slots('london service', '2026-06-14T23:00Z', '2026-06-16T23:00Z'),
  '15 08:00 15 08:30 15 09:00 15 09:30 16 08:00 16 09:30',
  'a closure takes the starts that overlap it, and does not move the grid'
);
select is(
  pg_temp.attempt(
    'owner',
    $$
      insert into closures (store_id, starts_local, ends_local)
      values ({london}, '2026-06-15 10:00', '2026-06-16 10:45')
    $$
  ),
  '1',
  'an owner may close the shop from Monday to Tuesday'
);
select is(
  pg_temp.slots('london service', '2026-06-14T23:00Z', '2026-06-17T23:00Z'),
  '15 08:00 15 08:30 17 08:00 17 08:30 17 09:00 17 09:30',
  'a closure over two days takes the starts that overlap it on both'
);
select is(
  pg_temp.attempt(
    'owner',
    $$
      insert into closures (store_id, starts_local, ends_local)
      values ({noon}, '2026-03-08 02:15', '2026-03-08 03:00')
    $$
  ),
  '1',
  'an owner may set a closure within an hour that the clocks skip'
);
select is(
  pg_temp.slots('noon service', '2026-03-08T00:00Z', '2026-03-09T00:00Z', 'HH24:MI'), '16:30',
  'a closure within an hour that the clocks skip takes no time'
);

-- Buffers add up.
select pg_temp.shop(
  'long', 'Europe/London', pg_temp.week('09:00', '17:00'),
  'duration_minutes => 60, buffer_before_minutes => 60, buffer_after_minutes => 60, slot_step_minutes => 60'
);
select is(
  pg_temp.book('long one', 'customer', 'long service', '2026-06-10T11:00Z'), 'confirmed',
  'the time from twelve to one is booked'
);
select is(
  pg_temp.slots('long service', '2026-06-09T23:00Z', '2026-06-10T23:00Z', 'HH24:MI'), '08:00 14:00 15:00',
  'the buffer after one booking and the buffer before the next add up'
);
select pg_temp.shop(
  'five', 'Europe/London', pg_temp.week('12:50', '16:00'),
  'duration_minutes => 60, buffer_before_minutes => 15, slot_step_minutes => 5'
);
select is(
  pg_temp.book('five one', 'customer', 'five service', '2026-06-10T11:50Z'), 'confirmed',
  'the first time of a day is booked'
);
select is(
  pg_temp.slots('five service', '2026-06-09T23:00Z', '2026-06-10T23:00Z', 'HH24:MI'),
  '13:05 13:10 13:15 13:20 13:25 13:30 13:35 13:40 13:45 13:50 13:55 14:00',
  'the next start comes one buffer after the booking before it'
);

-- A day's limit is the store's day.
select pg_temp.shop(
  'brisbane', 'Australia/Brisbane', pg_temp.week('08:00', '12:00'), 'duration_minutes => 60, max_per_day => 1'
);
select is(
  pg_temp.book('early', 'customer', 'brisbane service', '2026-05-11T22:00Z'), 'confirmed',
  'a time that is Monday in Greenwich and Tuesday in Brisbane is booked'
);
select is(
  pg_temp.slots('brisbane service', '2026-05-10T14:00Z', '2026-05-13T14:00Z'),
  '10 22:00 10 23:00 11 00:00 11 01:00 12 22:00 12 23:00 13 00:00 13 01:00',
  'a day at its limit offers nothing, and the days around it are as they were'
);
select is(
  pg_temp.book('second', 'other customer', 'brisbane service', '2026-05-12T00:00Z'), '409 slot_taken',
  'another customer cannot book on a day at its limit'
);
select is(
  pg_temp.attempt('customer', 'select cancel_booking({early})'), '1',
  'a customer cancels the booking that reached the limit of its day'
);
select is(
  pg_temp.slot_count('brisbane service', '2026-05-10T14:00Z', '2026-05-13T14:00Z'), 12,
  'a cancelled booking does not count towards the limit of its day'
);

-- The session's zone, the range and the caller's zone change nothing.
select pg_temp.shop(
  'always', 'America/New_York', pg_temp.week('00:00', '24:00'), 'duration_minutes => 30, buffer_after_minutes => 20'
);
select is(
  pg_temp.slot_count('always service', '2026-06-02T04:00Z', '2026-06-03T04:00Z'), 29,
  'a day that never closes has 29 starts of fifty minutes'
);
select is(
  left(pg_temp.slots('always service', '2026-06-02T04:00Z', '2026-06-03T04:00Z'), 8), '02 04:00',
  'a day that never closes has its first start at midnight'
);
select is(
  pg_temp.slots('always service', '2026-06-02T04:00Z', '2026-06-03T04:00Z'),
  (
    select string_agg(to_char(starts_at at time zone 'UTC', 'DD HH24:MI'), ' ' order by starts_at)
    from available_slots(
      (select value::uuid from ids where name = 'always service'), '2026-05-20T04:00Z', '2026-06-09T04:00Z'
    )
    where starts_at >= '2026-06-02T04:00Z' and starts_at < '2026-06-03T04:00Z'
  ),
  'a range of three weeks gives the same starts for a day as a range of that day'
);
select is(
  (
    select count(distinct listed)
    from
      (values ('UTC'), ('Asia/Dubai'), ('America/New_York')) as zone (name),
      lateral (select set_config('timezone', name, true)) as setting,
      lateral (select pg_temp.slots('always service', '2026-06-02T04:00Z', '2026-06-03T04:00Z') as listed) as list
  )::integer,
  1,
  'the time zone of the session does not change what is offered'
);
set local timezone = 'UTC';
select pg_temp.shop('adelaide', 'Australia/Adelaide', pg_temp.week('09:00', '10:00'), 'duration_minutes => 60');
select is(
  pg_temp.slots('adelaide service', '2026-12-16T13:30Z', '2026-12-17T13:30Z', 'DD HH24:MI', 'America/Los_Angeles'),
  '16 14:30',
  'a start at nine in Adelaide is on the day before in Los Angeles'
);
select is(
  (
    select local_date
    from available_slots(
      (select value::uuid from ids where name = 'adelaide service'), '2026-12-16T13:30Z', '2026-12-17T13:30Z'
    )
  ),
  '2026-12-17',
  'the local date of a start is that of the store'
);

-- Days of 23 and of 25 hours that never close; a zone that moves by half an hour; the leap day; the year's
-- end; hours that do not exist.
select is(
  pg_temp.slot_count('always service', '2026-03-08T05:00Z', '2026-03-09T04:00Z') || ' '
  || pg_temp.slot_count('always service', '2026-11-01T04:00Z', '2026-11-02T05:00Z'),
  '28 30',
  'a day of 23 hours has one start less, and a day of 25 hours has one more'
);
select pg_temp.shop('howe', 'Australia/Lord_Howe', pg_temp.week('09:00', '10:00'), 'duration_minutes => 60');
select is(
  pg_temp.slots('howe service', '2026-10-02T12:00Z', '2026-10-04T12:00Z'), '02 22:30 03 22:00',
  'the clocks of Lord Howe move by half an hour'
);
select is(
  pg_temp.slots('kolkata service', '2026-12-31T00:00Z', '2027-01-01T12:00Z'),
  '31 02:00 31 03:00 31 04:00 31 05:00 01 02:00 01 03:00 01 04:00 01 05:00',
  'the starts go on from the old year into the new one'
);
select pg_temp.clock('2028-02-01T00:00Z');
select is(
  pg_temp.slots('kolkata service', '2028-02-28T18:30Z', '2028-02-29T18:30Z'), '29 02:00 29 03:00 29 04:00 29 05:00',
  'a leap day is offered like any other'
);
select pg_temp.clock('2026-01-01T00:00Z');
select pg_temp.shop('gap', 'America/New_York', pg_temp.week('02:30', '04:30', array[7]), 'duration_minutes => 30');
select is(
  pg_temp.slots('gap service', '2026-03-08T05:00Z', '2026-03-09T05:00Z', 'HH24:MI') || ', '
  || pg_temp.slots('gap service', '2026-11-01T04:00Z', '2026-11-02T04:00Z', 'HH24:MI'),
  '07:30 08:00, 07:30 08:00 08:30 09:00',
  'an opening at half past two begins at half past three on the night on which that is skipped'
);
select pg_temp.shop('twice', 'America/New_York', pg_temp.week('01:30', '02:00', array[7]), 'duration_minutes => 30');
select is(
  pg_temp.slots('twice service', '2026-11-01T04:00Z', '2026-11-02T04:00Z', 'HH24:MI'), '05:30 06:00 06:30',
  'an opening in the hour that comes twice begins at its first time, and lasts through both'
);

select is(
  (select count(*)::integer from private.check_invariants()), 0,
  'no invariant of the books is violated after the slots were listed'
);
select * from finish();
rollback;
