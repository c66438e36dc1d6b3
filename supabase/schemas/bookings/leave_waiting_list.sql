-- Leaving gives back what was being kept, at once, so that the next in line is asked.
create or replace function private.leave_waiting_list(waiting_id uuid) returns public.waiting_list
language plpgsql volatile
security definer -- clients hold no write grant on the waiting list
set search_path = ''
as $$
declare
  v_waiting public.waiting_list := private.find_wish(leave_waiting_list.waiting_id);
begin
  if v_waiting.status not in ('waiting', 'offered') then
    return v_waiting;
  end if;
  update public.waiting_list
  set status = 'left', offer_expires_at = null
  where waiting_list.id = v_waiting.id;
  if v_waiting.status = 'offered' then
    perform private.end_booking(bookings, 'cancelled', 'customer', null)
    from public.bookings
    where bookings.id = v_waiting.offered_booking_id and bookings.status = 'held';
  end if;
  select * into v_waiting from public.waiting_list where waiting_list.id = v_waiting.id;
  return v_waiting;
end;
$$;
comment on function private.leave_waiting_list(uuid) is 'See public.leave_waiting_list.';
grant execute on function private.leave_waiting_list(uuid) to anon, authenticated;

create or replace function public.leave_waiting_list(waiting_id uuid) returns public.waiting_list
language sql volatile security invoker
set search_path = ''
as $$ select * from private.leave_waiting_list(leave_waiting_list.waiting_id); $$;
comment on function public.leave_waiting_list(uuid) is
  'Waits no longer; what was offered goes to the next. Repeating it changes nothing. Errors: not_signed_in, '
  'account_required, session_revoked, waiting_not_found.';
grant execute on function public.leave_waiting_list(uuid) to anon, authenticated;
