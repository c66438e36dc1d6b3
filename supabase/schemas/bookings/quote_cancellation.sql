-- People decide by what it costs, so what cancelling gives back can be asked before it is done, from the same function
-- that does it.
create or replace function private.quote_cancellation(booking_id uuid) returns jsonb
language plpgsql stable
security definer -- reads bookings as who may act on them
set search_path = ''
as $$
declare
  v_user_id constant uuid := private.require_user_or_operator();
  v_actor constant text := private.booking_actor(
    quote_cancellation.booking_id, v_user_id, array['owner', 'manager', 'staff']
  );
  v_booking public.bookings;
  v_refund_amount bigint;
begin
  select * into v_booking from public.bookings where bookings.id = quote_cancellation.booking_id;
  v_refund_amount := coalesce(v_booking.refund_amount, private.cancellation_refund(v_booking, v_actor));
  return jsonb_build_object(
    'currency', v_booking.currency,
    'paid_amount', v_booking.paid_amount,
    'refund_amount', v_refund_amount,
    'fee_amount', v_booking.paid_amount - v_refund_amount,
    'cancel_free_until', v_booking.cancel_free_until
  );
end;
$$;
comment on function private.quote_cancellation(uuid) is 'See public.quote_cancellation.';
grant execute on function private.quote_cancellation(uuid) to anon, authenticated;

create or replace function public.quote_cancellation(booking_id uuid) returns jsonb
language sql stable security invoker
set search_path = ''
as $$ select private.quote_cancellation(quote_cancellation.booking_id); $$;
comment on function public.quote_cancellation(uuid) is
  'What cancelling now would give back to the customer, asked by either side: {currency, paid_amount, refund_amount, '
  'fee_amount, cancel_free_until}; of one that has ended, what it gave. Errors: not_signed_in, account_required, '
  'session_revoked, booking_not_found.';
grant execute on function public.quote_cancellation(uuid) to anon, authenticated;
