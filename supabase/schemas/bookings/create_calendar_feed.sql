-- The address is told once and kept as a hash: whoever reads the table later cannot read calendars with it.
create or replace function private.create_calendar_feed(staff_id uuid) returns jsonb
language plpgsql volatile
security definer -- nobody holds a grant on calendar_feeds
set search_path = ''
as $$
declare
  v_user_id constant uuid := private.require_calendar_of(create_calendar_feed.staff_id);
  v_token constant text := encode(extensions.gen_random_bytes(32), 'hex');
begin
  insert into private.calendar_feeds (staff_id, token_hash, created_by)
  values (create_calendar_feed.staff_id, sha256(convert_to(v_token, 'UTF8')), v_user_id)
  on conflict on constraint calendar_feeds_pkey do update
  set token_hash = excluded.token_hash, created_by = excluded.created_by, created_at = now();
  return jsonb_build_object(
    'staff_id', create_calendar_feed.staff_id, 'token', v_token, 'path',
    '/functions/v1/calendar/feeds/' || v_token || '.ics'
  );
end;
$$;
comment on function private.create_calendar_feed(uuid) is 'See public.create_calendar_feed.';
grant execute on function private.create_calendar_feed(uuid) to anon, authenticated;

create or replace function public.create_calendar_feed(staff_id uuid) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select private.create_calendar_feed(create_calendar_feed.staff_id); $$;
comment on function public.create_calendar_feed(uuid) is
  'Makes the address by which a calendar program reads a staff member''s appointments, for owner, manager or that '
  'member; the one before it ends. Returns {staff_id, token, path}, told once: only a hash is kept. It ends, too, '
  'when whoever made it leaves the store. Errors: not_signed_in, account_required, session_revoked, staff_not_found, '
  'store_not_found, store_role_required.';
grant execute on function public.create_calendar_feed(uuid) to anon, authenticated;
