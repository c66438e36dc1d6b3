-- The bell: what there is to read, and the number on it, in one call. The number is counted, not kept, so it cannot be
-- wrong; counting ends at 100, so it costs the same for everybody.
create or replace function private.list_notifications(page_size integer, cursor text) returns jsonb
language plpgsql stable
security definer -- reads the feed of the caller only, whom it looks up itself
set search_path = ''
as $$
declare
  v_user_id uuid := private.require_user();
  v_size integer := least(greatest(coalesce(list_notifications.page_size, 20), 1), 100);
  v_before uuid := 'ffffffff-ffff-ffff-ffff-ffffffffffff';
  v_items jsonb;
  v_last uuid;
begin
  if list_notifications.cursor is not null then
    if list_notifications.cursor !~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then
      raise sqlstate 'PT400' using
        message = 'That is no cursor of this list.', detail = 'invalid_cursor',
        hint = 'Send next_cursor back unchanged.';
    end if;
    v_before := list_notifications.cursor::uuid;
  end if;
  with page as (
    select * from public.notifications
    where notifications.user_id = v_user_id and notifications.id < v_before
    order by notifications.id desc
    limit v_size
  )
  select
    coalesce(jsonb_agg(to_jsonb(page) - 'user_id' order by page.id desc), '[]'),
    -- min(uuid) does not exist in Postgres 17.
    case when count(*) = v_size then min(page.id::text)::uuid end
  into v_items, v_last
  from page;
  return jsonb_build_object(
    'unread_count', private.unread_count(v_user_id),
    'items', v_items,
    'next_cursor', (
      select v_last
      where exists (
        select from public.notifications where notifications.user_id = v_user_id and notifications.id < v_last
      )
    )
  );
end;
$$;
comment on function private.list_notifications(integer, text) is 'See public.list_notifications.';
grant execute on function private.list_notifications(integer, text) to anon, authenticated;

create or replace function public.list_notifications(page_size integer default 20, cursor text default null)
returns jsonb
language sql stable security invoker
set search_path = ''
as $$ select private.list_notifications(list_notifications.page_size, list_notifications.cursor); $$;
comment on function public.list_notifications(integer, text) is
  'The caller''s feed, newest first, page_size 1 to 100: {unread_count, items: [{id, kind, title, body, data, read_at, '
  'created_at}], next_cursor}. unread_count is exact up to 99; 100 says "100 or more". next_cursor null: that was all. '
  'Errors: not_signed_in, account_required, session_revoked, invalid_cursor.';
grant execute on function public.list_notifications(integer, text) to anon, authenticated;
