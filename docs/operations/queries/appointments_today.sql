-- The appointments of today and tomorrow, in the time of their store.
select bookings.starts_at at time zone bookings.time_zone as starts, bookings.store, bookings.service,
  bookings.staff, bookings.customer, bookings.customer_phone, bookings.status, bookings.party_size
from public.admin_bookings as bookings
where bookings.starts_at >= date_trunc('day', now())
  and bookings.starts_at < date_trunc('day', now()) + interval '2 days'
  and bookings.status in ('held', 'requested', 'confirmed')
order by bookings.starts_at;
