-- Somebody who reads on the phone has not to read again on the desk: every open page hears what is left.
create or replace function private.tg_notifications__tell_read() returns trigger
language plpgsql volatile
security definer -- clients may not send to a private channel; this does, with a payload chosen here
set search_path = ''
as $$
begin
  perform realtime.send(
    jsonb_build_object('unread_count', private.unread_count(readers.user_id)),
    'notifications_read', 'user:' || readers.user_id, true
  )
  from (select distinct changed.user_id from changed) as readers;
  return null;
end;
$$;
comment on function private.tg_notifications__tell_read() is
  'After notifications were read: broadcasts the count that is left to their owner''s channel user:<id>.';

create or replace trigger _900_tell_read
  after update on public.notifications
  referencing new table as changed
  for each statement execute function private.tg_notifications__tell_read();
