create or replace function private.plan_reminders(booking public.bookings) returns void
language plpgsql volatile
security definer -- nobody holds a grant on reminders
set search_path = ''
as $$
begin
  delete from private.booking_reminders where booking_reminders.booking_id = booking.id;
  if booking.status <> 'confirmed' then
    return;
  end if;
  -- Whoever books for this afternoon needs no reminder of yesterday.
  insert into private.booking_reminders (booking_id, hours, starts_at, run_at)
  select booking.id, reminder.hours, booking.starts_at, booking.starts_at - make_interval(hours => reminder.hours)
  from public.stores
  cross join lateral (select distinct hours from unnest(stores.reminder_hours) as hours) as reminder
  where stores.id = booking.store_id
    and booking.starts_at - make_interval(hours => reminder.hours) > private.clock();
end;
$$;
comment on function private.plan_reminders(public.bookings) is
  'Puts a confirmed booking''s reminders in place of the ones it had; one that is not confirmed has none.';
