-- A frontend asks in which sizes its pictures exist; private.image_copies() says what a copy is.
create or replace function private.get_image_copies(paths text[])
returns table (original text, path text, width integer, height integer)
language sql stable
security definer -- everybody may see the pictures of shops, nobody may list the files of a bucket
set search_path = ''
as $$
  select
    given.path, copies.name,
    (copies.user_metadata ->> 'width')::integer, (copies.user_metadata ->> 'height')::integer
  from unnest(get_image_copies.paths[1:100]) with ordinality as given (path, position)
  cross join private.image_copies(given.path) as copies
  where copies.user_metadata ->> 'width' ~ '^[0-9]{1,5}$' and copies.user_metadata ->> 'height' ~ '^[0-9]{1,5}$'
  order by given.position, (copies.user_metadata ->> 'width')::integer;
$$;
comment on function private.get_image_copies(text[]) is 'See public.get_image_copies.';
grant execute on function private.get_image_copies(text[]) to anon, authenticated, service_role;

create or replace function public.get_image_copies(paths text[])
returns table (original text, path text, width integer, height integer)
language sql stable security invoker
set search_path = ''
as $$ select * from private.get_image_copies(get_image_copies.paths); $$;
comment on function public.get_image_copies(text[]) is
  'The web copies of pictures in store-media, of the first hundred paths given, the narrowest first; sizes in pixels. '
  'A picture that was replaced has none until the function images made new ones.';
grant execute on function public.get_image_copies(text[]) to anon, authenticated, service_role;
