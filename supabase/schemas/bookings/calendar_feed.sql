-- Calendar programs ask again every hour for ever, so the address is all they have: unguessable, kept as a hash, and
-- ended by making a new one.
create or replace function private.calendar_feed(token text) returns jsonb
language plpgsql stable
security definer -- reads the calendar for whoever holds its address
set search_path = ''
as $$
declare
  v_staff public.staff;
  v_store public.stores;
begin
  select staff.* into v_staff
  from private.calendar_feeds
  join public.staff on staff.id = calendar_feeds.staff_id
  where calendar_feeds.token_hash = sha256(convert_to(calendar_feed.token, 'UTF8'))
    -- Who left the store takes no view of it along.
    and exists (
      select from public.store_members
      where store_members.store_id = staff.store_id and store_members.user_id = calendar_feeds.created_by
    );
  if v_staff.id is null then
    raise sqlstate 'PT404' using
      message = 'That calendar does not exist.', detail = 'calendar_not_found';
  end if;
  select * into v_store from public.stores where stores.id = v_staff.store_id;
  return jsonb_build_object(
    'name', v_staff.name || ', ' || v_store.name,
    'entries', (
      select coalesce(jsonb_agg(private.calendar_entry(near, v_store) order by near.starts_at, near.id), '[]')
      from (
        select bookings.*
        from public.bookings
        where bookings.staff_id = v_staff.id
          and bookings.starts_at between private.clock() - interval '30 days' and private.clock() + interval '400 days'
          and (
            bookings.status in ('confirmed', 'completed', 'no_show')
            or (bookings.status = 'requested' and bookings.blocks_until > private.clock())
          )
        order by bookings.starts_at, bookings.id
        limit 5000
      ) as near
    )
  );
end;
$$;
comment on function private.calendar_feed(text) is 'See public.calendar_feed.';
grant execute on function private.calendar_feed(text) to anon, authenticated, service_role;

create or replace function public.calendar_feed(token text) returns jsonb
language sql stable security invoker
set search_path = ''
as $$ select private.calendar_feed(calendar_feed.token); $$;
comment on function public.calendar_feed(text) is
  'For the function calendar: the appointments of the staff member whose address this is, from 30 days ago to 400 '
  'days ahead. Errors: calendar_not_found.';
grant execute on function public.calendar_feed(text) to anon, authenticated, service_role;
