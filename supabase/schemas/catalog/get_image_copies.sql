-- A frontend asks in which sizes its pictures exist; private.image_copies() says what a copy is.
create or replace function private.get_image_copies(paths text[])
returns table (
  original text, path text, width integer, height integer, avif_path text, blurhash text, color text
)
language sql stable
security definer -- everybody may see the pictures of shops, nobody may list the files of a bucket
set search_path = ''
as $$
  select
    given.path, webp.name, (webp.user_metadata ->> 'width')::integer, (webp.user_metadata ->> 'height')::integer,
    avif.name, substring(webp.user_metadata ->> 'blurhash' from '^[0-9A-Za-z#$%*+,.:;=?@^_{|}~\[\]-]{6,100}$'),
    substring(webp.user_metadata ->> 'color' from '^#[0-9a-f]{6}$')
  from unnest(get_image_copies.paths[1:100]) with ordinality as given (path, position)
  cross join lateral (select array_agg(copies) as all from private.image_copies(given.path) as copies) as found
  cross join unnest(found.all) as webp
  left join unnest(found.all) as avif on avif.name = regexp_replace(webp.name, 'webp$', 'avif')
  where webp.name like '%.webp'
    -- Whoever may write pictures may write anything beside them.
    and webp.user_metadata ->> 'width' ~ '^[0-9]{1,5}$' and webp.user_metadata ->> 'height' ~ '^[0-9]{1,5}$'
  order by given.position, (webp.user_metadata ->> 'width')::integer;
$$;
comment on function private.get_image_copies(text[]) is 'See public.get_image_copies.';
grant execute on function private.get_image_copies(text[]) to anon, authenticated, service_role;

create or replace function public.get_image_copies(paths text[])
returns table (
  original text, path text, width integer, height integer, avif_path text, blurhash text, color text
)
language sql stable security invoker
set search_path = ''
as $$ select * from private.get_image_copies(get_image_copies.paths); $$;
comment on function public.get_image_copies(text[]) is
  'The web copies of pictures in store-media, of the first hundred paths given, the narrowest first; sizes in pixels. '
  'avif_path: the same as AVIF, null where that is not smaller. blurhash and color (#rrggbb): what to show until the '
  'picture has arrived; null for copies that were made before there were any. '
  'A picture that was replaced has none until the function images made new ones.';
grant execute on function public.get_image_copies(text[]) to anon, authenticated, service_role;
