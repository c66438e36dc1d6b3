-- One date that is unlike its weekday. It replaces all rules of that date, also where they would reach past midnight,
-- so that what a store enters for a date is what holds on it.
create or replace function private.set_opening_exception(store_id uuid, on_date date, hours jsonb, staff_id uuid)
returns setof public.opening_exceptions
language plpgsql volatile
security definer -- clients hold no write grant on opening_exceptions
set search_path = ''
as $$
begin
  perform private.lock_store_hours(set_opening_exception.store_id, set_opening_exception.staff_id);
  if set_opening_exception.on_date is null or set_opening_exception.on_date not between '2000-01-01'
    and '2200-01-01' then
    raise sqlstate 'PT422' using
      message = 'Which day? Send a date of this century or the next.', detail = 'invalid_date';
  end if;
  delete from public.opening_exceptions
  where opening_exceptions.store_id = set_opening_exception.store_id
    and opening_exceptions.staff_id is not distinct from set_opening_exception.staff_id
    and opening_exceptions.on_date = set_opening_exception.on_date;
  if set_opening_exception.hours is null then return; end if;
  begin
    insert into public.opening_exceptions (store_id, staff_id, on_date, opens, closes)
    select set_opening_exception.store_id, set_opening_exception.staff_id, set_opening_exception.on_date,
      opening.opens, opening.closes
    from private.read_openings(set_opening_exception.hours, false) as opening
    union all
    select set_opening_exception.store_id, set_opening_exception.staff_id, set_opening_exception.on_date, null, null
    where set_opening_exception.hours = '[]';
  exception when exclusion_violation then
    raise sqlstate 'PT422' using
      message = 'Two openings of one day overlap.', detail = 'invalid_hours', hint = 'They may touch.';
  end;
  return query
  select opening_exceptions.*
  from public.opening_exceptions
  where opening_exceptions.store_id = set_opening_exception.store_id
    and opening_exceptions.staff_id is not distinct from set_opening_exception.staff_id
    and opening_exceptions.on_date = set_opening_exception.on_date
  order by opening_exceptions.opens;
end;
$$;
comment on function private.set_opening_exception(uuid, date, jsonb, uuid) is 'See public.set_opening_exception.';
grant execute on function private.set_opening_exception(uuid, date, jsonb, uuid) to anon, authenticated;

create or replace function public.set_opening_exception(
  store_id uuid, on_date date, hours jsonb default null, staff_id uuid default null
) returns setof public.opening_exceptions
language sql volatile security invoker
set search_path = ''
as $$
  select * from private.set_opening_exception(
    set_opening_exception.store_id, set_opening_exception.on_date, set_opening_exception.hours,
    set_opening_exception.staff_id
  );
$$;
comment on function public.set_opening_exception(uuid, date, jsonb, uuid) is
  'Makes one day of the store''s calendar unlike its weekday: [{opens, closes}] instead of the weekly hours, [] for '
  'closed, null to follow the week again; returns its rows. staff_id: for one staff member. What is booked stays. For '
  'owner and managers. Errors: not_signed_in, account_required, session_revoked, store_not_found, '
  'store_role_required, staff_not_found, invalid_date, invalid_hours.';
grant execute on function public.set_opening_exception(uuid, date, jsonb, uuid) to anon, authenticated;
