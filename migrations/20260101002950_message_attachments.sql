-- Where files of messages go: private, so nobody reads one without a signed URL, and only the two sides can sign one.
-- Nothing that a browser would run is taken: no SVG, no HTML. policies/storage.objects.sql says who writes where.
insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types) values
  ('message-attachments', 'message-attachments', false, 10485760, array[
    'image/png', 'image/x-png', 'image/jpeg', 'image/jpg', 'image/pjpeg', 'image/webp', 'image/avif', 'image/gif',
    'image/heic', 'image/heif', 'application/pdf'
  ])
on conflict (id) do update
set public = excluded.public,
  file_size_limit = excluded.file_size_limit,
  allowed_mime_types = excluded.allowed_mime_types;

-- Files of messages that were deleted. SQL cannot remove a file, so the function images-sweep does.
create table private.discarded_attachments (
  path text primary key,
  created_at timestamptz not null default now()
);
alter table private.discarded_attachments enable row level security;
comment on table private.discarded_attachments is 'Files of deleted messages, to be removed from Storage.';
