-- Our server posts to addresses that clients name. So only those of the push services of browsers are taken: any
-- other could lead into our own network.
create or replace function private.is_push_endpoint(address text) returns boolean
language sql immutable parallel safe
set search_path = ''
as $$
  select length(is_push_endpoint.address) <= 1000 and is_push_endpoint.address ~ (
    '^https://(fcm\.googleapis\.com|updates\.push\.services\.mozilla\.com|[a-z0-9-]+\.push\.apple\.com|'
    '[a-z0-9-]+\.notify\.windows\.com)/[A-Za-z0-9_.~:/?=&%+-]+$'
  );
$$;
comment on function private.is_push_endpoint(text) is
  'Whether this is an address at the push service of a browser (Chrome, Edge, Firefox, Safari).';
grant execute on function private.is_push_endpoint(text) to anon, authenticated, service_role;

-- The browsers in which somebody wants to be told, as the browser describes itself (PushSubscription.toJSON()).
create table public.push_subscriptions (
  id uuid primary key default private.uuid_v7(),
  user_id uuid not null references auth.users (id) on delete cascade,
  endpoint text not null,
  p256dh text not null,
  auth text not null,
  created_at timestamptz not null default now(),
  constraint push_subscriptions_endpoint_key unique (endpoint),
  constraint push_subscriptions_endpoint_check check (private.is_push_endpoint(endpoint)),
  -- An uncompressed point of P-256, and 16 bytes, both in base64url.
  constraint push_subscriptions_p256dh_check check (p256dh ~ '^B[A-Za-z0-9_-]{86}$'),
  constraint push_subscriptions_auth_check check (auth ~ '^[A-Za-z0-9_-]{22}$')
);
create index push_subscriptions_user_id_idx on public.push_subscriptions (user_id, id);
alter table public.push_subscriptions enable row level security;
grant select, delete on public.push_subscriptions to authenticated;
grant select on public.push_subscriptions to service_role;
-- `insert` is not granted: subscribe_push moves a browser from one person to the next.

comment on table public.push_subscriptions is
  'Browsers that get pushed messages, at most twenty of a person. Its owner deletes a row to end it; one that the '
  'browser''s service does not know any more is removed by itself.';
comment on column public.push_subscriptions.endpoint is
  'Where messages for this browser are posted. Who knows it can find nothing out, only write.';
comment on column public.push_subscriptions.p256dh is 'The browser''s public key: only the browser can read a message.';
comment on column public.push_subscriptions.auth is 'A secret that the browser shares with us.';
