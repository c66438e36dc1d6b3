-- A week is written as a whole: parts of it, sent one by one, could contradict each other in between.
create or replace function private.set_opening_hours(store_id uuid, hours jsonb, staff_id uuid)
  returns setof public.opening_hours
language plpgsql volatile
security definer -- clients hold no write grant on opening_hours
set search_path = ''
as $$
begin
  perform private.lock_store_hours(set_opening_hours.store_id, set_opening_hours.staff_id);
  delete from public.opening_hours
  where opening_hours.store_id = set_opening_hours.store_id
    and opening_hours.staff_id is not distinct from set_opening_hours.staff_id;
  begin
    insert into public.opening_hours (store_id, staff_id, weekday, opens, closes)
    select set_opening_hours.store_id, set_opening_hours.staff_id, opening.weekday, opening.opens, opening.closes
    from private.read_openings(set_opening_hours.hours, true) as opening;
  exception when exclusion_violation then
    raise sqlstate 'PT422' using
      message = 'Two openings of one day overlap.', detail = 'invalid_hours', hint = 'They may touch.';
  end;
  return query
  select opening_hours.*
  from public.opening_hours
  where opening_hours.store_id = set_opening_hours.store_id
    and opening_hours.staff_id is not distinct from set_opening_hours.staff_id
  order by opening_hours.weekday, opening_hours.opens;
end;
$$;
comment on function private.set_opening_hours(uuid, jsonb, uuid) is 'See public.set_opening_hours.';
grant execute on function private.set_opening_hours(uuid, jsonb, uuid) to anon, authenticated;

create or replace function public.set_opening_hours(store_id uuid, hours jsonb, staff_id uuid default null)
returns setof public.opening_hours
language sql volatile security invoker
set search_path = ''
as $$
  select * from private.set_opening_hours(
    set_opening_hours.store_id, set_opening_hours.hours, set_opening_hours.staff_id
  );
$$;
comment on function public.set_opening_hours(uuid, jsonb, uuid) is
  'Sets the whole week: [{weekday: 1..7 (1 Monday), opens: "09:00", closes: "17:00"}], in the store''s time zone; '
  'returns its rows. closes at or before opens is on the next day. staff_id: of one staff member, instead of the '
  'store''s; [] gives them the store''s again. What is booked stays. For owner and managers. Errors: not_signed_in, '
  'account_required, session_revoked, store_not_found, store_role_required, staff_not_found, invalid_hours.';
grant execute on function public.set_opening_hours(uuid, jsonb, uuid) to anon, authenticated;
