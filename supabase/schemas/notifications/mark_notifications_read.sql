-- "Mark all as read" means what stood on the screen. What arrived while the button was pressed was not seen, so the
-- newest one that was shown is named.
create or replace function private.mark_notifications_read(up_to uuid) returns jsonb
language plpgsql volatile
security definer -- changes the feed of the caller only, whom it looks up itself
set search_path = ''
as $$
declare
  v_user_id uuid := private.require_user();
  v_count integer;
begin
  -- What somebody else has locked is being marked or deleted by the same person's own update, in an order that nobody
  -- knows; to wait for it could be a circle.
  update public.notifications
  set read_at = now()
  where notifications.id in (
    select told.id
    from public.notifications as told
    where told.user_id = v_user_id
      and told.read_at is null
      and (mark_notifications_read.up_to is null or told.id <= mark_notifications_read.up_to)
    for no key update skip locked
  );
  get diagnostics v_count = row_count;
  return jsonb_build_object('marked', v_count, 'unread_count', private.unread_count(v_user_id));
end;
$$;
comment on function private.mark_notifications_read(uuid) is 'See public.mark_notifications_read.';
grant execute on function private.mark_notifications_read(uuid) to anon, authenticated;

create or replace function public.mark_notifications_read(up_to uuid default null) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select private.mark_notifications_read(mark_notifications_read.up_to); $$;
comment on function public.mark_notifications_read(uuid) is
  'Marks the caller''s notifications as read, up to and including this one; null: all. Returns {marked, unread_count}, '
  'the count as list_notifications has it. Errors: not_signed_in, account_required, session_revoked.';
grant execute on function public.mark_notifications_read(uuid) to anon, authenticated;
