-- Whoever has something to tell inserts one row. Whether it stands in the feed is the reader's choice; where the kind
-- is pushed, each browser of the reader gets a message of its own, since each is reached or lost by itself.
create or replace function private.tg_notifications__route() returns trigger
language plpgsql volatile
security definer -- writes the outbox, which no client may write
set search_path = ''
as $$
declare
  v_media text[];
  v_has_browser boolean;
begin
  select
    notification_kinds.media,
    exists (select from public.push_subscriptions where push_subscriptions.user_id = new.user_id)
  into v_media, v_has_browser
  from public.notification_kinds
  where notification_kinds.kind = new.kind;
  if not found then
    raise exception '% is no kind of public.notification_kinds.', new.kind;
  end if;
  if v_has_browser and 'push' = any (v_media) then
    insert into private.outbox (channel, template, kind, user_id, push_subscription_id, payload)
    select
      'push', 'push', new.kind, new.user_id, push_subscriptions.id,
      jsonb_build_object(
        'notification_id', new.id, 'kind', new.kind, 'title', new.title, 'body', new.body, 'data', new.data
      )
    from public.push_subscriptions
    where push_subscriptions.user_id = new.user_id
    order by push_subscriptions.id;
  end if;
  if 'in_app' = any (v_media) and private.is_told(new.user_id, new.kind, 'in_app') then
    return new;
  end if;
  return null;
end;
$$;
comment on function private.tg_notifications__route() is
  'Before insert on notifications: queues it for the reader''s browsers, and leaves it out of a feed that does not '
  'want it. A kind that is not registered is refused.';

create or replace trigger _100_route
  before insert on public.notifications
  for each row execute function private.tg_notifications__route();
