-- What was paid in advance for an appointment is its store's, less the commission.
create or replace function private.post_booking(booking_id uuid) returns void
language plpgsql volatile
security definer -- nobody holds a grant on the ledger
set search_path = ''
as $$
declare
  v_booking public.bookings;
begin
  select * into v_booking from public.bookings where bookings.id = post_booking.booking_id;
  insert into private.earnings (
    id, booking_id, payment_id, store_id, currency, charged_amount, earned_amount, commission_amount, discount_amount
  )
  select
    v_booking.id, v_booking.id, payments.id, v_booking.store_id, v_booking.currency, v_booking.paid_amount,
    v_booking.paid_amount - v_booking.commission_amount, v_booking.commission_amount, 0
  from public.payments
  where payments.checkout_id = v_booking.checkout_id and payments.order_id is null;
  perform private.post(array[
    ('sale', v_booking.id, 0, null, 'provider', null, v_booking.currency, v_booking.paid_amount, null),
    ('sale', v_booking.id, 0, null, 'store', v_booking.store_id, v_booking.currency, -v_booking.paid_amount, null),
    ('commission', v_booking.id, 0, null, 'store', v_booking.store_id, v_booking.currency,
      v_booking.commission_amount, null),
    ('commission', v_booking.id, 0, null, 'commission', null, v_booking.currency, -v_booking.commission_amount, null)
  ]::private.ledger_draft[]);
end;
$$;
comment on function private.post_booking(uuid) is
  'Writes down that a locked booking was paid for in advance: the sale and its commission.';
