-- A refund finds its booking by the payment, however it came about: a cancellation, a payment that was too late,
-- somebody at the provider. The booking's sums are those of its refunds.
create or replace function private.tg_refunds__find_booking() returns trigger
language plpgsql volatile
security definer -- reads bookings of others
set search_path = ''
as $$
declare
  v_booking public.bookings;
begin
  select bookings.* into v_booking
  from public.payments
  join public.bookings on bookings.checkout_id = payments.checkout_id
  where payments.id = new.payment_id;
  if found then
    new.booking_id := v_booking.id;
    new.store_id := v_booking.store_id;
    new.customer_id := v_booking.customer_id;
  end if;
  return new;
end;
$$;
comment on function private.tg_refunds__find_booking() is
  'Before a refund without an order is made: the booking, if its payment was for one.';

create or replace trigger _100_find_booking
  before insert on public.refunds
  for each row when (new.order_id is null and new.payment_id is not null)
  execute function private.tg_refunds__find_booking();

create or replace function private.tg_refunds__sum_booking() returns trigger
language plpgsql volatile
security definer -- nobody holds a write grant on bookings
set search_path = ''
as $$
begin
  update public.bookings
  set refunding_amount = part.refunding, refunded_amount = part.refunded
  from (
    select
      coalesce(sum(refunds.amount) filter (where refunds.status in ('approved', 'processing')), 0) as refunding,
      coalesce(sum(refunds.amount) filter (where refunds.status = 'succeeded'), 0) as refunded
    from public.refunds
    where refunds.booking_id = new.booking_id
  ) as part
  where bookings.id = new.booking_id;
  return null;
end;
$$;
comment on function private.tg_refunds__sum_booking() is
  'After a booking''s refund is made or changes: what is on its way back, and what is back.';

create or replace trigger _200_sum_booking
  after insert or update of status, amount on public.refunds
  for each row when (new.booking_id is not null)
  execute function private.tg_refunds__sum_booking();
