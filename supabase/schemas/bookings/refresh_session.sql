-- The one place that says what a session is from the bookings in it: how many seats, held or active, until when.
create or replace function private.refresh_session(session_id uuid, except_booking_id uuid default null) returns void
language plpgsql volatile
security definer -- clients hold no write grant on booking_sessions
set search_path = ''
set plan_cache_mode = force_generic_plan -- the plan never depends on the values, and planning costs more than running
as $$
declare
  v_session public.booking_sessions;
  v_taken integer;
  v_until timestamptz;
  v_status text;
begin
  select * into v_session from public.booking_sessions
  where booking_sessions.id = refresh_session.session_id
  for no key update;
  select coalesce(sum(bookings.party_size), 0), max(bookings.blocks_until) into v_taken, v_until
  from public.bookings
  where bookings.session_id = refresh_session.session_id
    and bookings.blocks_until is not null
    and bookings.id is distinct from refresh_session.except_booking_id;
  v_status := case when v_until is null then 'released' when v_until = 'infinity' then 'active' else 'held' end;

  update public.booking_sessions
  set status = v_status,
    taken = v_taken,
    hold_expires_at = case when v_status = 'held' then v_until end
  where booking_sessions.id = v_session.id
    and (v_session.status, v_session.taken, v_session.hold_expires_at)
      is distinct from (v_status, v_taken, case when v_status = 'held' then v_until end);
  if (v_status = 'active') <> (v_session.status = 'active') then
    perform private.set_busy(v_session.staff_id, v_session.busy, v_status = 'active');
  end if;
end;
$$;
comment on function private.refresh_session(uuid, uuid) is
  'Brings a session and its staff member''s days up to its bookings, of which one may be about to leave. The days '
  'must be locked where it becomes active or stops to be.';
