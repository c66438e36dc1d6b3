create or replace function private.settle_booking(checkout_id uuid) returns uuid[]
language plpgsql volatile
security definer -- nobody holds a write grant on bookings
set search_path = ''
as $$
declare
  v_booking public.bookings;
  v_payment public.payments;
  v_refund_id uuid;
begin
  select * into v_booking from public.bookings where bookings.checkout_id = settle_booking.checkout_id;
  select * into v_payment from public.payments
  where payments.checkout_id = settle_booking.checkout_id and payments.order_id is null;
  if private.confirm_booking(v_booking.id) then
    update public.checkouts set status = 'paid' where checkouts.id = settle_booking.checkout_id;
    perform private.post_booking(v_booking.id);
    return '{}';
  end if;

  -- Paid for a time that somebody else has, or that was cancelled: the money goes back by itself.
  update public.checkouts set status = 'refunded' where checkouts.id = settle_booking.checkout_id;
  update public.bookings
  set paid_amount = v_payment.captured_amount, refund_amount = v_payment.captured_amount
  where bookings.id = v_booking.id
  returning * into v_booking;
  v_refund_id := private.refund_booking(
    v_booking.id, v_payment.captured_amount, 'The payment arrived after the time was given up.'
  );
  perform private.tell_booking(v_booking, 'refunded_late', null, v_payment.captured_amount);
  perform private.post_late_payment(v_payment);
  perform private.post_refunds(array[settle_booking.checkout_id]);
  return array[v_refund_id];
end;
$$;
comment on function private.settle_booking(uuid) is
  'The payment of an appointment''s locked checkout succeeded: confirms it, late as well while its time is free; else '
  'refunds all of it. Returns refunds to issue.';
