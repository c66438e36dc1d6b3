create or replace function private.is_image_copy(object storage.objects) returns boolean
language sql immutable
set search_path = ''
as $$
  select is_image_copy.object.bucket_id = 'store-media'
    and private.original_of_copy(is_image_copy.object.name) <> is_image_copy.object.name
    and is_image_copy.object.user_metadata ? 'original';
$$;
comment on function private.is_image_copy(storage.objects) is 'Whether a file is a copy that the function images made.';
