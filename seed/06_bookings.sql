-- Two shops of different time zones can be booked: four services, and appointments in every status, on both sides of today.
insert into public.staff (id, store_id, name, position)
select
  ('5eed0007-0000-7000-8000-' || lpad(listed.number::text, 12, '0'))::uuid,
  ('5eed0002-0000-7000-8000-' || lpad(listed.store_number::text, 12, '0'))::uuid,
  listed.name, listed.number
from (values
  (1, 1, 'Marta'),
  (2, 1, 'Jonah'),
  (3, 2, 'Anirban'),
  (4, 2, 'The reading room')
) as listed (number, store_number, name);

insert into public.opening_hours (store_id, weekday, opens, closes)
select ('5eed0002-0000-7000-8000-' || lpad(listed.store_number::text, 12, '0'))::uuid, weekday, listed.opens, listed.closes
from (values
  (1, array[2, 3, 4, 5, 6], '10:00'::time, '13:00'::time),
  (1, array[2, 3, 4, 5, 6], '14:00', '19:00'),
  (2, array[1, 2, 3, 4, 5, 6, 7], '11:00', '21:00')
) as listed (store_number, weekdays, opens, closes)
cross join unnest(listed.weekdays) as weekday;

insert into public.services (
  id, store_id, name, description, status, currency, price_amount, deposit_amount, duration_minutes, buffer_after_minutes,
  slot_step_minutes, capacity, party_max, min_notice_minutes, cancel_minutes, cancel_fee_bps, needs_approval
)
select
  ('5eed0008-0000-7000-8000-' || lpad(listed.number::text, 12, '0'))::uuid, stores.id, listed.name, listed.description, 'active',
  stores.currency, listed.price_amount, listed.deposit_amount, listed.minutes, listed.buffer_minutes, listed.step_minutes,
  listed.capacity, listed.party_max, 120, 1440, 5000, listed.needs_approval
from (values
  (1, 1, 'Scent consultation',  'Half an hour with our nose, and a blend of your own to take home.',  0,    0,    30,  10, 30, 1, 1, false),
  (2, 1, 'Candle workshop',     'Pour three candles. Wax, wicks and tea are there.',                   4500, 1500, 120, 30, 60, 8, 4, false),
  (3, 2, 'Bookbinding lesson',  'Sew a notebook by hand, at your pace.',                               90000, 0,   90,  0,  30, 1, 1, true),
  (4, 2, 'An hour of reading',  'The quiet room, a lamp and a pot of Darjeeling.',                     15000, 0,   60,  0,  60, 6, 2, false)
) as listed (
  number, store_number, name, description, price_amount, deposit_amount, minutes, buffer_minutes, step_minutes, capacity,
  party_max, needs_approval
)
join public.stores on stores.id = ('5eed0002-0000-7000-8000-' || lpad(listed.store_number::text, 12, '0'))::uuid;

insert into public.service_staff (service_id, staff_id, store_id, position)
select services.id, staff.id, services.store_id, listed.position
from (values (1, 1, 1), (1, 2, 2), (2, 1, 1), (3, 3, 1), (4, 4, 1)) as listed (service_number, staff_number, position)
join public.services on services.id = ('5eed0008-0000-7000-8000-' || lpad(listed.service_number::text, 12, '0'))::uuid
join public.staff on staff.id = ('5eed0007-0000-7000-8000-' || lpad(listed.staff_number::text, 12, '0'))::uuid;

-- Appointments at so many days from today, by the shop's clock. Past ones could not be booked any more, so all are written as
-- the verbs would have left them.
create temporary table seed_bookings on commit drop as
select
  listed.*,
  private.uuid_v7() as session_id,
  private.uuid_v7() as booking_id,
  case when services.deposit_amount > 0 then private.uuid_v7() end as checkout_id,
  services.store_id,
  services.deposit_amount * listed.party_size as deposit_amount,
  stores.time_zone,
  private.local_instant(
    (now() at time zone stores.time_zone)::date + listed.days + listed.local_time, stores.time_zone
  ) as starts_at
from (values
  (1,  1, 21, -9, '10:30'::time, 1, 'completed'),
  (1,  2, 22, -9, '11:00',       1, 'completed'),
  (1,  1, 23, -6, '14:00',       1, 'no_show'),
  (4,  4, 24, -5, '12:00',       2, 'completed'),
  (1,  1, 25, -2, '15:00',       1, 'cancelled'),
  (2,  1, 26, 4,  '14:00',       2, 'held'),
  (2,  1, 22, 5,  '14:00',       1, 'expired'),
  (1,  2, 21, 6,  '10:30',       1, 'confirmed'),
  (1,  1, 24, 6,  '10:30',       1, 'confirmed'),
  (3,  3, 23, 7,  '12:00',       1, 'requested'),
  (3,  3, 25, 8,  '16:00',       1, 'declined'),
  (4,  4, 26, 9,  '18:00',       2, 'confirmed')
) as listed (service_number, staff_number, customer_number, days, local_time, party_size, status)
join public.services on services.id = ('5eed0008-0000-7000-8000-' || lpad(listed.service_number::text, 12, '0'))::uuid
join public.stores on stores.id = services.store_id;

insert into public.booking_sessions (
  id, store_id, service_id, staff_id, period, busy, capacity, taken, status, hold_expires_at
)
select
  seed_bookings.session_id, seed_bookings.store_id, services.id, staff.id,
  tstzrange(seed_bookings.starts_at, seed_bookings.starts_at + make_interval(mins => services.duration_minutes)),
  tstzrange(
    seed_bookings.starts_at,
    seed_bookings.starts_at + make_interval(mins => services.duration_minutes + services.buffer_after_minutes)
  ),
  services.capacity, 0, 'held', now()
from seed_bookings
join public.services on services.id = ('5eed0008-0000-7000-8000-' || lpad(seed_bookings.service_number::text, 12, '0'))::uuid
join public.staff on staff.id = ('5eed0007-0000-7000-8000-' || lpad(seed_bookings.staff_number::text, 12, '0'))::uuid;

insert into public.checkouts (id, user_id, payment_method, status, currency, total_amount, expires_at)
select
  seed_bookings.checkout_id, ('5eed0001-0000-7000-8000-' || lpad(seed_bookings.customer_number::text, 12, '0'))::uuid, 'card',
  case seed_bookings.status when 'held' then 'pending' else 'expired' end, stores.currency, seed_bookings.deposit_amount,
  now() + case seed_bookings.status when 'held' then interval '3 days' else interval '-1 hour' end
from seed_bookings
join public.stores on stores.id = seed_bookings.store_id
where seed_bookings.checkout_id is not null;

insert into public.bookings (
  id, session_id, store_id, service_id, staff_id, customer_id, checkout_id, reference, status, party_size, starts_at, ends_at,
  time_zone, service_name, staff_name, currency, price_amount, deposit_amount, refund_amount, cancel_minutes, cancel_fee_bps,
  cancel_free_until, hold_expires_at, decide_by, customer_name, customer_phone, customer_email, cancelled_by, cancel_reason,
  confirmed_at, cancelled_at, completed_at
)
select
  seed_bookings.booking_id, sessions.id, sessions.store_id, services.id, staff.id, profiles.id, seed_bookings.checkout_id,
  upper(private.random_word(10)), seed_bookings.status, seed_bookings.party_size, lower(sessions.period), upper(sessions.period),
  seed_bookings.time_zone, services.name, staff.name, services.currency, services.price_amount * seed_bookings.party_size,
  seed_bookings.deposit_amount,
  case when seed_bookings.status in ('cancelled', 'declined', 'expired') then 0 end,
  services.cancel_minutes, services.cancel_fee_bps,
  lower(sessions.period) - make_interval(mins => services.cancel_minutes),
  case seed_bookings.status when 'held' then now() + interval '3 days' end,
  case seed_bookings.status when 'requested' then now() + interval '3 days' end,
  profiles.full_name, profiles.phone, profiles.email,
  case seed_bookings.status when 'cancelled' then 'customer' when 'declined' then 'store' end,
  case seed_bookings.status when 'declined' then 'The lesson is full that week.' end,
  case when seed_bookings.status in ('confirmed', 'completed', 'no_show') then lower(sessions.period) - interval '10 days' end,
  case when seed_bookings.status in ('cancelled', 'declined') then least(now(), lower(sessions.period) - interval '2 days') end,
  case seed_bookings.status when 'completed' then upper(sessions.period) end
from seed_bookings
join public.booking_sessions as sessions on sessions.id = seed_bookings.session_id
join public.services on services.id = sessions.service_id
join public.staff on staff.id = sessions.staff_id
join public.profiles on profiles.id = ('5eed0001-0000-7000-8000-' || lpad(seed_bookings.customer_number::text, 12, '0'))::uuid;

select private.refresh_session(seed_bookings.session_id) from seed_bookings;

-- Told long ago.
update private.outbox
set status = 'sent', sent_at = now(), provider_id = 'seed'
where outbox.status = 'pending';
update public.notifications
set read_at = now()
where notifications.read_at is null;
