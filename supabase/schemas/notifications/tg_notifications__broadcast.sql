-- Notifications are rows, and the row alone would wait for the next page load. Whoever has the shop open hears of
-- it at once, on a channel that only its owner may join.
create or replace function private.tg_notifications__broadcast() returns trigger
language plpgsql volatile
security definer -- clients may not send to a private channel; this does, with a payload chosen here
set search_path = ''
as $$
begin
  perform realtime.send(
    jsonb_build_object(
      'id', new.id, 'kind', new.kind, 'title', new.title, 'body', new.body, 'data', new.data,
      'created_at', new.created_at
    ),
    'notification_created',
    'user:' || new.user_id,
    true
  );
  return null;
end;
$$;
comment on function private.tg_notifications__broadcast() is
  'After insert on notifications: broadcasts it to its owner''s channel user:<id>.';

create or replace trigger _900_broadcast
  after insert on public.notifications
  for each row execute function private.tg_notifications__broadcast();
