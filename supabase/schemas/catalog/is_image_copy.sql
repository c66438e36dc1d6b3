create or replace function private.is_image_copy(object storage.objects) returns boolean
language sql immutable
set search_path = ''
as $$
  select is_image_copy.object.bucket_id = 'store-media'
    and is_image_copy.object.name ~ '\.[0-9a-f]{16}\.w[0-9]+\.webp$'
    and is_image_copy.object.user_metadata ? 'original';
$$;
comment on function private.is_image_copy(storage.objects) is 'Whether a file is a copy that the function images made.';
