-- When something was read is what the server's clock says: a client's may be wrong.
create or replace function private.tg_notifications__read() returns trigger
language plpgsql volatile
set search_path = ''
as $$
begin
  new.read_at := case when new.read_at is not null then coalesce(old.read_at, now()) end;
  return new;
end;
$$;
comment on function private.tg_notifications__read() is
  'Before a client''s own change of notifications.read_at: the moment is ours, and the first one stays.';

create or replace trigger _100_read
  before update of read_at on public.notifications
  for each row when (current_user in ('anon', 'authenticated'))
  execute function private.tg_notifications__read();
