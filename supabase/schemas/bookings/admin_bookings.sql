-- What those who run the marketplace see of appointments: one row each with the names that they are asked about, so
-- that nobody has to join tables in Studio.
create or replace view public.admin_bookings with (security_invoker = true) as
select
  bookings.id,
  bookings.reference,
  stores.name as store,
  bookings.service_name as service,
  bookings.staff_name as staff,
  bookings.customer_name as customer,
  bookings.customer_phone,
  bookings.customer_email,
  bookings.status,
  bookings.starts_at,
  bookings.ends_at,
  bookings.time_zone,
  bookings.party_size,
  bookings.currency,
  bookings.price_amount,
  bookings.paid_amount,
  bookings.refunded_amount,
  bookings.created_at,
  bookings.cancelled_by,
  bookings.cancel_reason
from public.bookings
join public.stores on stores.id = bookings.store_id
where (select private.is_operator());
grant select on public.admin_bookings to authenticated, service_role;
comment on view public.admin_bookings is
  'Appointments at all stores. Rows for operators only; cancel_booking, reschedule_booking and decide_booking move '
  'them. Pages by id.';
