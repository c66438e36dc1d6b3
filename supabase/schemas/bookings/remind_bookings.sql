create or replace function private.remind_bookings(max_rows integer default 500) returns integer
language plpgsql volatile
security definer -- nobody holds a grant on reminders
set search_path = ''
as $$
declare
  v_told integer;
begin
  with due as (
    delete from private.booking_reminders
    using (
      select booking_reminders.booking_id, booking_reminders.hours
      from private.booking_reminders
      where booking_reminders.run_at <= private.clock()
      order by booking_reminders.run_at
      limit remind_bookings.max_rows
      for update skip locked
    ) as chosen
    where booking_reminders.booking_id = chosen.booking_id and booking_reminders.hours = chosen.hours
    returning booking_reminders.*
  ),
  -- After a long standstill only the latest is still true.
  wanted as (
    select distinct on (bookings.id) bookings.*, due.hours
    from due
    join public.bookings on bookings.id = due.booking_id
    join public.stores on stores.id = bookings.store_id
    where bookings.status = 'confirmed'
      and bookings.starts_at = due.starts_at
      and bookings.starts_at > private.clock()
      and due.hours = any (stores.reminder_hours)
      and bookings.customer_id is not null
    order by bookings.id, due.hours
  ),
  mailed as (
    insert into private.outbox (template, user_id, payload, dedupe_key)
    select
      'booking_reminder', wanted.customer_id,
      jsonb_build_object('booking_id', wanted.id, 'starts_at', wanted.starts_at, 'sequence', wanted.ics_sequence),
      format('reminder:%s:%s:%s', wanted.id, extract(epoch from wanted.starts_at)::bigint, wanted.hours)
    from wanted
    on conflict do nothing
  ),
  told as (
    insert into public.notifications (user_id, kind, title, data)
    select
      wanted.customer_id, 'booking_reminder',
      left(format('Your appointment for %s is coming up', wanted.service_name), 200),
      jsonb_build_object(
        'booking_id', wanted.id, 'store_id', wanted.store_id, 'starts_at', wanted.starts_at, 'hours', wanted.hours
      )
    from wanted
    returning 1
  )
  select count(*) into v_told from told;
  return v_told;
end;
$$;
comment on function private.remind_bookings(integer) is
  'Tells customers, in the app and by mail, of appointments that are near; returns how many. What was moved or '
  'cancelled since is left out. A job, every minute.';
