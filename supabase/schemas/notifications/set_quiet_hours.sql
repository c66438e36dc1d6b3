-- The hours belong to a clock on a wall, not to an offset: 07:00 stays 07:00 when summer begins.
create or replace function private.set_quiet_hours(starts time, ends time, time_zone text) returns public.quiet_hours
language plpgsql volatile
security definer -- clients hold no write grant on quiet hours
set search_path = ''
as $$
declare
  v_user_id uuid := private.require_user();
  v_hours public.quiet_hours;
begin
  if set_quiet_hours.starts = set_quiet_hours.ends
    or num_nulls(set_quiet_hours.starts, set_quiet_hours.ends) > 0
    or greatest(set_quiet_hours.starts, set_quiet_hours.ends) = '24:00'
  then
    raise sqlstate 'PT422' using
      message = 'Quiet hours begin at one time of the day and end at another.', detail = 'invalid_quiet_hours',
      hint = 'Such as 22:00 and 07:00; to have none, delete the row of quiet_hours.';
  end if;
  perform private.require_time_zone(set_quiet_hours.time_zone);
  insert into public.quiet_hours (user_id, time_zone, starts, ends)
  values (v_user_id, set_quiet_hours.time_zone, set_quiet_hours.starts, set_quiet_hours.ends)
  on conflict on constraint quiet_hours_pkey
  do update set time_zone = excluded.time_zone, starts = excluded.starts, ends = excluded.ends, updated_at = now()
  returning * into v_hours;
  return v_hours;
end;
$$;
comment on function private.set_quiet_hours(time, time, text) is 'See public.set_quiet_hours.';
grant execute on function private.set_quiet_hours(time, time, text) to anon, authenticated;

create or replace function public.set_quiet_hours(starts time, ends time, time_zone text) returns public.quiet_hours
language sql volatile security invoker
set search_path = ''
as $$
  select * from private.set_quiet_hours(set_quiet_hours.starts, set_quiet_hours.ends, set_quiet_hours.time_zone);
$$;
comment on function public.set_quiet_hours(time, time, text) is
  'From when until when, on the clock of this IANA time zone, the caller gets no e-mail, text or pushed message but '
  'what is transactional; the rest follows when the hours end. Deleting the row of quiet_hours ends them. '
  'Errors: not_signed_in, account_required, session_revoked, invalid_quiet_hours, invalid_time_zone.';
grant execute on function public.set_quiet_hours(time, time, text) to anon, authenticated;
