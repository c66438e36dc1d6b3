-- An offer is time that is already held for the person who waited. Accepting it books that very session, so nobody can
-- come in between, and a second tap finds the booking that the first one made.
create or replace function private.accept_offer(waiting_id uuid) returns public.bookings
language plpgsql volatile
security definer -- clients hold no write grant on bookings
set search_path = ''
as $$
declare
  v_waiting public.waiting_list := private.find_wish(accept_offer.waiting_id);
  v_booking public.bookings;
  v_checkout_id uuid;
  v_expires_at timestamptz;
begin
  select * into v_booking from public.bookings where bookings.id = v_waiting.offered_booking_id;
  if v_waiting.status = 'taken' then
    return v_booking;
  end if;
  if v_waiting.status <> 'offered' or v_booking.status <> 'held' then
    raise sqlstate 'PT409' using
      message = 'There is no offer any more.', detail = 'no_offer',
      hint = 'Join the list again, or choose another time.';
  end if;
  update public.waiting_list set status = 'taken', offer_expires_at = null where waiting_list.id = v_waiting.id;
  if v_booking.deposit_amount = 0 then
    perform private.confirm_booking(v_booking.id);
  else
    -- From here on it is a booking like any other that waits for its payment.
    select private.clock() + make_interval(mins => services.hold_minutes) into v_expires_at
    from public.services
    where services.id = v_booking.service_id;
    insert into public.checkouts (user_id, payment_method, status, currency, total_amount, expires_at)
    values (v_booking.customer_id, 'card', 'pending', v_booking.currency, v_booking.deposit_amount, v_expires_at)
    returning checkouts.id into v_checkout_id;
    update public.bookings
    set checkout_id = v_checkout_id, hold_expires_at = v_expires_at
    where bookings.id = v_booking.id;
    perform private.refresh_session(v_booking.session_id);
  end if;
  select * into v_booking from public.bookings where bookings.id = v_booking.id;
  return v_booking;
end;
$$;
comment on function private.accept_offer(uuid) is 'See public.accept_offer.';
grant execute on function private.accept_offer(uuid) to anon, authenticated;

create or replace function public.accept_offer(waiting_id uuid) returns public.bookings
language sql volatile security invoker
set search_path = ''
as $$ select * from private.accept_offer(accept_offer.waiting_id); $$;
comment on function public.accept_offer(uuid) is
  'Takes the time that is kept for who waited; returns the booking as book_slot does: confirmed, requested, or held '
  'until it is paid. Repeating it returns the booking. Errors: not_signed_in, account_required, session_revoked, '
  'waiting_not_found, no_offer.';
grant execute on function public.accept_offer(uuid) to anon, authenticated;
