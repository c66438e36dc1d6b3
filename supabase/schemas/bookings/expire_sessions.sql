create or replace function private.expire_sessions(session_ids uuid[]) returns integer
language plpgsql volatile
security definer -- clients hold no write grant on bookings
set search_path = ''
as $$
declare
  v_session_ids constant uuid[] := expire_sessions.session_ids;
  v_session_id uuid;
  v_checkout_ids uuid[];
  v_count integer;
begin
  with expired as (
    update public.bookings
    set status = 'expired',
      hold_expires_at = null,
      decide_by = null,
      refund_amount = bookings.paid_amount,
      -- A request was in its customer's calendar, which takes it out for a newer version only.
      ics_sequence = bookings.ics_sequence + (bookings.status = 'requested')::integer
    where bookings.session_id = any (v_session_ids)
      and bookings.status in ('held', 'requested')
      and bookings.blocks_until <= private.clock()
    returning bookings.checkout_id
  )
  select count(*), array_agg(expired.checkout_id) filter (where expired.checkout_id is not null)
  into v_count, v_checkout_ids
  from expired;
  foreach v_session_id in array v_session_ids loop
    perform private.refresh_session(v_session_id);
  end loop;
  perform private.end_checkouts(v_checkout_ids, 'expired');
  perform private.post_refunds(v_checkout_ids);
  return v_count;
end;
$$;
comment on function private.expire_sessions(uuid[]) is
  'Ends what of these sessions, which the caller has locked, was held or requested for too long; returns how many '
  'bookings.';
