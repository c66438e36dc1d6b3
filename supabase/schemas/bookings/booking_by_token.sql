-- The link in a letter: whoever has it may look, move and cancel, as the customer and without an account.
create or replace function private.booking_by_token(token text) returns jsonb
language plpgsql stable
security definer -- reads bookings for whoever holds their link
set search_path = ''
as $$
declare
  v_booking public.bookings;
  v_refund_amount bigint;
begin
  select * into v_booking from public.bookings where bookings.id = private.booking_of_token(booking_by_token.token);
  v_refund_amount := coalesce(v_booking.refund_amount, private.cancellation_refund(v_booking, 'customer'));
  return private.booking_facts(v_booking) || jsonb_build_object(
    'store', (
      select jsonb_build_object('id', stores.id, 'name', stores.name, 'link', stores.slug)
      from public.stores
      where stores.id = v_booking.store_id
    ),
    'time_zone', (select stores.time_zone from public.stores where stores.id = v_booking.store_id),
    'service_name', v_booking.service_name,
    'staff_name', v_booking.staff_name,
    'currency', v_booking.currency,
    'price_amount', v_booking.price_amount,
    'paid_amount', v_booking.paid_amount,
    'refund_amount', v_refund_amount,
    'fee_amount', v_booking.paid_amount - v_refund_amount,
    'cancel_free_until', v_booking.cancel_free_until,
    'decide_by', v_booking.decide_by,
    'note', v_booking.note,
    'can_change', v_booking.status in ('requested', 'confirmed') and v_booking.starts_at > private.clock(),
    'calendar_token', private.booking_token(v_booking.id, 'calendar')
  );
end;
$$;
comment on function private.booking_by_token(text) is 'See public.booking_by_token.';
grant execute on function private.booking_by_token(text) to anon, authenticated, service_role;

create or replace function public.booking_by_token(token text) returns jsonb
language sql stable security invoker
set search_path = ''
as $$ select private.booking_by_token(booking_by_token.token); $$;
comment on function public.booking_by_token(text) is
  'The appointment behind the link in a letter, for whoever has it: when, where, with whom, and what cancelling now '
  'gives back (refund_amount, fee_amount). can_change: whether it may be moved or cancelled. calendar_token opens its '
  '.ics. Errors: booking_not_found.';
grant execute on function public.booking_by_token(text) to anon, authenticated, service_role;
