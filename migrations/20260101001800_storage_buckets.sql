-- Where files go. Both buckets are public to read by exact path (shop windows); who may write, and who may list, is
-- decided by policies/storage.objects.sql. Phones and old browsers say image/jpg, image/pjpeg or image/x-png and
-- mean JPEG and PNG.
insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types) values
  ('store-media', 'store-media', true, 10485760, array[
    'image/png', 'image/x-png', 'image/jpeg', 'image/jpg', 'image/pjpeg', 'image/webp', 'image/avif', 'image/gif',
    'image/heic', 'image/heif'
  ]),
  ('avatars', 'avatars', true, 2097152, array[
    'image/png', 'image/x-png', 'image/jpeg', 'image/jpg', 'image/pjpeg', 'image/webp', 'image/avif'
  ])
on conflict (id) do update
set public = excluded.public,
  file_size_limit = excluded.file_size_limit,
  allowed_mime_types = excluded.allowed_mime_types;
