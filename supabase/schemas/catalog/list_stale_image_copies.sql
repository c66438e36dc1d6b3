-- The function images-sweep asks which files it may remove.
create or replace function private.list_stale_image_copies(max integer) returns setof text
language sql stable
security definer -- reads the list of files
set search_path = ''
as $$ select * from private.stale_image_copies(list_stale_image_copies.max); $$;
comment on function private.list_stale_image_copies(integer) is 'See public.list_stale_image_copies.';
grant execute on function private.list_stale_image_copies(integer) to service_role;

create or replace function public.list_stale_image_copies(max integer default 1000) returns setof text
language sql stable security invoker
set search_path = ''
as $$ select * from private.list_stale_image_copies(list_stale_image_copies.max); $$;
comment on function public.list_stale_image_copies(integer) is
  'Service only. Paths in store-media, at most `max`, of copies that show nothing any more; the function '
  'images-sweep removes them.';
grant execute on function public.list_stale_image_copies(integer) to service_role;
