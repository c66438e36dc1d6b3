create or replace function private.booking_actor(booking_id uuid, user_id uuid, roles text[]) returns text
language plpgsql stable
security definer -- reads bookings and memberships
set search_path = ''
as $$
declare
  v_booking public.bookings;
  v_role text;
begin
  select * into v_booking from public.bookings where bookings.id = booking_actor.booking_id;
  select store_members.role into v_role
  from public.store_members
  where store_members.store_id = v_booking.store_id and store_members.user_id = booking_actor.user_id;
  if v_role = any (booking_actor.roles) then
    return 'store';
  end if;
  if v_booking.customer_id = booking_actor.user_id then
    return 'customer';
  end if;
  -- Who runs the marketplace stands in for any store.
  if v_booking.id is not null and private.is_operator() then
    return 'operator';
  end if;
  if v_role is not null then
    raise sqlstate 'PT403' using
      message = 'Your role in this store does not allow that.', detail = 'store_role_required',
      hint = 'Needed: ' || array_to_string(booking_actor.roles, ' or ') || '.';
  end if;
  -- The same answer for a booking of others and for one that never was.
  raise sqlstate 'PT404' using
    message = 'That booking does not exist.', detail = 'booking_not_found';
end;
$$;
comment on function private.booking_actor(uuid, uuid, text[]) is
  'As whom the caller may act on a booking: store (with one of these roles), customer or operator. Errors: '
  'booking_not_found, store_role_required.';
