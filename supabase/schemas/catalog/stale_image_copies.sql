create or replace function private.stale_image_copies(max integer) returns setof text
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
      from private.image_copies(private.original_of_copy(objects.name)) as current
    )
    and not exists (select from public.product_media where product_media.path = objects.name)
    and not exists (select from public.stores where stores.logo_path = objects.name)
  union all
  -- Uploaded for a review that was not written, or is gone, or shows other photos now. Their copies go after them.
  select objects.name
  from storage.objects
  where objects.bucket_id = 'store-media'
    and objects.name ~ '^[0-9a-f-]{36}/reviews/'
    and not private.is_image_copy(objects)
    and objects.updated_at < now() - interval '1 day'
    and not exists (select from public.review_media where review_media.path = objects.name)
  limit greatest(stale_image_copies.max, 0);
$$;
comment on function private.stale_image_copies(integer) is
  'Paths of copies, made more than an hour ago, whose picture was replaced or deleted; not those that a product '
  'or store uses as its picture. And photos that no review has, uploaded more than a day ago. At most `max`.';
