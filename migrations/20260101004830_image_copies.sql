-- Web copies of pictures lie beside their original: <path>.<hash of its content>.w<width>.webp, made by the function images.
-- What a copy was made of, its name says; whether it still shows that, the times tell: a copy counts while its original has not
-- been written since, and while no copy of later content exists. So nothing has to be kept in step with Storage.

create function private.is_image_copy(object storage.objects) returns boolean
language sql immutable
set search_path = ''
as $$
  select is_image_copy.object.bucket_id = 'store-media'
    and is_image_copy.object.name ~ '\.[0-9a-f]{16}\.w[0-9]+\.webp$'
    and is_image_copy.object.user_metadata ? 'original';
$$;
comment on function private.is_image_copy(storage.objects) is 'Whether a file is a copy that the function images made.';

create function private.image_copies(original text) returns setof storage.objects
language sql stable
set search_path = ''
as $$
  with copies as (
    select objects.*
    from storage.objects
    join storage.objects as originals
      on originals.bucket_id = 'store-media' and originals.name = image_copies.original
        and originals.updated_at <= objects.updated_at
    where objects.bucket_id = 'store-media'
      -- All names that begin with the original's and a dot: the sign after the dot is the slash.
      and objects.name collate "C" > image_copies.original || '.'
      and objects.name collate "C" < image_copies.original || '/'
      and regexp_replace(objects.name, '\.[0-9a-f]{16}\.w[0-9]+\.webp$', '') = image_copies.original
      and private.is_image_copy(objects)
  )
  select copies.*
  from copies
  where split_part(copies.name, '.', -3) = (
    select split_part(latest.name, '.', -3) from copies as latest order by latest.updated_at desc, latest.name limit 1
  );
$$;
comment on function private.image_copies(text) is 'The copies that show what a picture shows now.';

create function private.get_image_copies(paths text[])
returns table (original text, path text, width integer, height integer)
language sql stable
security definer -- the pictures of shop windows are everybody's, lists of files are not
set search_path = ''
as $$
  select given.path, copies.name, (copies.user_metadata ->> 'width')::integer, (copies.user_metadata ->> 'height')::integer
  from unnest(get_image_copies.paths[1:100]) with ordinality as given (path, position)
  cross join private.image_copies(given.path) as copies
  where copies.user_metadata ->> 'width' ~ '^[0-9]{1,5}$' and copies.user_metadata ->> 'height' ~ '^[0-9]{1,5}$'
  order by given.position, (copies.user_metadata ->> 'width')::integer;
$$;
comment on function private.get_image_copies(text[]) is 'See public.get_image_copies.';
grant execute on function private.get_image_copies(text[]) to anon, authenticated, service_role;

create function public.get_image_copies(paths text[])
returns table (original text, path text, width integer, height integer)
language sql stable security invoker
set search_path = ''
as $$ select * from private.get_image_copies(get_image_copies.paths); $$;
comment on function public.get_image_copies(text[]) is
  'The web copies of pictures in store-media, of the first hundred paths given, the narrowest first; sizes in pixels. '
  'A picture that was replaced has none until the function images made new ones.';
grant execute on function public.get_image_copies(text[]) to anon, authenticated, service_role;

create function private.stale_image_copies(max integer) returns setof text
language sql stable
set search_path = ''
as $$
  select objects.name
  from storage.objects
  where private.is_image_copy(objects)
    -- Pages that show it may still be open, and its original's new copies may be under way.
    and objects.updated_at < now() - interval '1 hour'
    and objects.name not in (
      select current.name
      from private.image_copies(regexp_replace(objects.name, '\.[0-9a-f]{16}\.w[0-9]+\.webp$', '')) as current
    )
    and not exists (select from public.product_media where product_media.path = objects.name)
    and not exists (select from public.stores where stores.logo_path = objects.name)
  limit greatest(stale_image_copies.max, 0);
$$;
comment on function private.stale_image_copies(integer) is
  'Paths of copies whose picture was replaced or deleted an hour ago or earlier, and which no product or store shows itself.';

create function private.list_stale_image_copies(max integer) returns setof text
language sql stable
security definer -- reads the list of files
set search_path = ''
as $$ select * from private.stale_image_copies(list_stale_image_copies.max); $$;
comment on function private.list_stale_image_copies(integer) is 'See public.list_stale_image_copies.';
grant execute on function private.list_stale_image_copies(integer) to service_role;

create function public.list_stale_image_copies(max integer default 1000) returns setof text
language sql stable security invoker
set search_path = ''
as $$ select * from private.list_stale_image_copies(list_stale_image_copies.max); $$;
comment on function public.list_stale_image_copies(integer) is
  'Service only. Paths in store-media of copies that show nothing any more; the function images-sweep removes them.';
grant execute on function public.list_stale_image_copies(integer) to service_role;
