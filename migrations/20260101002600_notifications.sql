-- Messages that the app shows to one person. Whatever has something to tell inserts a row; a trigger broadcasts it.
create table public.notifications (
  id uuid primary key default private.uuid_v7(),
  user_id uuid not null references auth.users (id) on delete cascade,
  kind text not null,
  title text not null,
  body text,
  data jsonb not null default '{}',
  read_at timestamptz,
  created_at timestamptz not null default now(),
  constraint notifications_kind_check check (length(kind) between 2 and 63 and kind ~ '^[a-z][a-z_]+$'),
  constraint notifications_title_check check (char_length(title) between 1 and 200),
  constraint notifications_body_check check (char_length(body) <= 2000)
);
create index notifications_user_id_idx on public.notifications (user_id, id);

alter table public.notifications enable row level security;
grant select, update (read_at), delete on public.notifications to authenticated;
grant select on public.notifications to service_role;
-- `insert` is not granted: only functions write messages.

comment on table public.notifications is
  'Messages to one person, shown in the app. Its owner marks them read and deletes them.';
comment on column public.notifications.kind is 'A machine word such as order_shipped; frontends translate by it.';
comment on column public.notifications.data is 'Ids to follow: order_id, store_id, product_id …';
