-- Who runs the marketplace. Rights come from tables, never from what a client can write about itself
-- (user_metadata), and never from a claim alone: a token stays valid until it expires, a row can be deleted now.
create table private.platform_admins (
  user_id uuid primary key references auth.users (id) on delete cascade,
  created_at timestamptz not null default now()
);
alter table private.platform_admins enable row level security;
comment on table private.platform_admins is
  'People who run the marketplace. Written in Studio or by a migration only. `app_metadata.platform_admin` is a '
  'copy for frontends; no right depends on it.';
