-- An address that was passed on too far has to end at once.
create or replace function private.revoke_calendar_feed(staff_id uuid) returns boolean
language plpgsql volatile
security definer -- nobody holds a grant on calendar_feeds
set search_path = ''
as $$
begin
  perform private.require_calendar_of(revoke_calendar_feed.staff_id);
  delete from private.calendar_feeds where calendar_feeds.staff_id = revoke_calendar_feed.staff_id;
  return found;
end;
$$;
comment on function private.revoke_calendar_feed(uuid) is 'See public.revoke_calendar_feed.';
grant execute on function private.revoke_calendar_feed(uuid) to anon, authenticated;

create or replace function public.revoke_calendar_feed(staff_id uuid) returns boolean
language sql volatile security invoker
set search_path = ''
as $$ select private.revoke_calendar_feed(revoke_calendar_feed.staff_id); $$;
comment on function public.revoke_calendar_feed(uuid) is
  'Ends the address of a staff member''s calendar; says whether there was one. Errors: not_signed_in, '
  'account_required, session_revoked, staff_not_found, store_not_found, store_role_required.';
grant execute on function public.revoke_calendar_feed(uuid) to anon, authenticated;
