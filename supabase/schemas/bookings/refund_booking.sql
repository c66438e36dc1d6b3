create or replace function private.refund_booking(booking_id uuid, amount bigint, reason text) returns uuid
language plpgsql volatile
security definer -- nobody holds a write grant on refunds
set search_path = ''
as $$
declare
  v_booking public.bookings;
  v_payment public.payments;
  v_refund_id uuid;
begin
  select * into v_booking from public.bookings where bookings.id = refund_booking.booking_id;
  select * into v_payment from public.payments
  where payments.checkout_id = v_booking.checkout_id and payments.order_id is null
  for no key update;
  if v_payment.status is distinct from 'succeeded' or refund_booking.amount < 1 then
    return null;
  end if;
  update public.payments
  set refunding_amount = payments.refunding_amount + refund_booking.amount
  where payments.id = v_payment.id;
  insert into public.refunds (
    payment_id, store_id, customer_id, requested_by, origin, status, currency, amount, reason, decided_at
  )
  values (
    v_payment.id, v_booking.store_id, v_booking.customer_id, (select auth.uid()), 'system', 'approved',
    v_payment.currency,
    refund_booking.amount, refund_booking.reason, now()
  )
  returning id into v_refund_id;
  return v_refund_id;
end;
$$;
comment on function private.refund_booking(uuid, bigint, text) is
  'Makes an approved refund of a locked booking''s payment, in minor units; null when nothing was paid or nothing '
  'goes back. The job issues it.';
