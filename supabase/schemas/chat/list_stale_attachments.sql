-- The function images-sweep asks which files of messages it may remove.
create or replace function private.list_stale_attachments(max integer) returns setof text
language sql stable
security definer -- reads the list of files
set search_path = ''
as $$ select * from private.stale_attachments(list_stale_attachments.max); $$;
comment on function private.list_stale_attachments(integer) is 'See public.list_stale_attachments.';
grant execute on function private.list_stale_attachments(integer) to service_role;

create or replace function public.list_stale_attachments(max integer default 1000) returns setof text
language sql stable security invoker
set search_path = ''
as $$ select * from private.list_stale_attachments(list_stale_attachments.max); $$;
comment on function public.list_stale_attachments(integer) is
  'Service only. Paths in message-attachments, at most `max`, of files that no message shows any more; the function '
  'images-sweep removes them.';
grant execute on function public.list_stale_attachments(integer) to service_role;
