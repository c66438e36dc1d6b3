-- Web copies of pictures lie beside their original, as <path>.<hash of its content>.w<width>.webp, and as .avif where
-- that is smaller; the function images makes them. The name says of which content a copy was made; whether the original
-- still has that content is read from the times of writing: a copy counts if it is not older than its original and
-- there is no copy of newer content. So no table has to follow what happens in Storage.
create or replace function private.image_copies(original text) returns setof storage.objects
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
      and private.original_of_copy(objects.name) = image_copies.original
      and private.is_image_copy(objects)
  )
  select copies.*
  from copies
  where split_part(copies.name, '.', -3) = (
    select split_part(latest.name, '.', -3) from copies as latest order by latest.updated_at desc, latest.name limit 1
  );
$$;
comment on function private.image_copies(text) is
  'The copies that show what a picture in store-media shows now.';
