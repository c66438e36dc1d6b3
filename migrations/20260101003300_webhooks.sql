-- What a store's own programs, and the marketplace's, are told of: addresses that events are sent to, the events, and
-- each delivery with what came of it. An event is written in the transaction of what it tells, so committed means
-- delivered at least once and rolled back means never. Secrets are not stored: each is an HMAC of the endpoint's id, so
-- reading these tables (or a backup of them without the key) forges nothing.
insert into private.signing_keys (name, key) values ('webhook_endpoints', extensions.gen_random_bytes(32));

create or replace function private.is_webhook_url(url text) returns boolean
language sql immutable
set search_path = ''
as $$
  select length(is_webhook_url.url) <= 2000
    and is_webhook_url.url ~ '^[\x21-\x7e]+$'
    and is_webhook_url.url ~* (
      '^(https://([a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])|http://(localhost|127\.0\.0\.1|\[::1\]))'
      '(:[0-9]{1,5})?([/?][^#]*)?$'
    );
$$;
comment on function private.is_webhook_url(text) is
  'Whether events may be sent there as far as the text tells: https, or http on the same machine for developers, '
  'without a user name or a fragment. What the name leads to is looked at before each delivery.';

create table public.webhook_endpoints (
  id uuid primary key default private.uuid_v7(),
  store_id uuid references public.stores (id) on delete cascade,
  url text not null,
  events text[] not null,
  secret_version integer not null default 1,
  old_secret_expires_at timestamptz,
  failing_since timestamptz,
  disabled_at timestamptz,
  disabled_reason text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint webhook_endpoints_url_check check (private.is_webhook_url(url)),
  constraint webhook_endpoints_events_check check (cardinality(events) between 1 and 100),
  constraint webhook_endpoints_secret_version_check check (secret_version >= 1),
  constraint webhook_endpoints_disabled_reason_check check (
    (disabled_at is null) = (disabled_reason is null) and disabled_reason in ('switched_off', 'failing')
  )
);
create index webhook_endpoints_store_id_idx on public.webhook_endpoints (store_id);

alter table public.webhook_endpoints enable row level security;
grant select on public.webhook_endpoints to authenticated, service_role;
-- No write is granted: verbs check the address, the events and how many there are.

comment on table public.webhook_endpoints is
  'Addresses that a store''s programs listen at, or the marketplace''s. Seen by the store''s owner and managers.';
comment on column public.webhook_endpoints.store_id is
  'Whose events are sent there; null: those of every store, for those who run the marketplace.';
comment on column public.webhook_endpoints.events is 'Types of events that are sent there, such as order.created.';
comment on column public.webhook_endpoints.secret_version is 'How many secrets it has had, counted from 1.';
comment on column public.webhook_endpoints.old_secret_expires_at is
  'Until when deliveries are signed with the secret before, too (UTC); null when there is none.';
comment on column public.webhook_endpoints.failing_since is
  'The first try that failed since the last one that did not (UTC); null while all is well. Three days later the '
  'endpoint is switched off.';
comment on column public.webhook_endpoints.disabled_at is
  'Since when nothing is sent there (UTC); null while it is on.';
comment on column public.webhook_endpoints.disabled_reason is
  'switched_off: by its people. failing: by itself, after three days without one answer that it accepted.';

create table public.webhook_events (
  id uuid primary key default private.uuid_v7(),
  store_id uuid not null references public.stores (id) on delete cascade,
  type text not null,
  data jsonb not null,
  created_at timestamptz not null default now(),
  constraint webhook_events_type_check check (length(type) between 3 and 63 and type ~ '^[a-z_]+\.[a-z_]+$')
);
create index webhook_events_store_id_idx on public.webhook_events (store_id, id);

alter table public.webhook_events enable row level security;
grant select on public.webhook_events to authenticated, service_role;

comment on table public.webhook_events is
  'What happened, as it is told to endpoints that asked for it. Kept for 30 days. Seen by the store''s owner and '
  'managers.';
comment on column public.webhook_events.id is 'The `webhook-id` of every delivery of it: receivers take each once.';
comment on column public.webhook_events.type is 'A noun and what happened to it, such as order.created.';
comment on column public.webhook_events.data is 'Ids and facts of that moment; no name, address or phone of a person.';

create table public.webhook_deliveries (
  id uuid primary key default private.uuid_v7(),
  endpoint_id uuid not null references public.webhook_endpoints (id) on delete cascade,
  event_id uuid not null references public.webhook_events (id) on delete cascade,
  store_id uuid,
  status text not null default 'pending',
  attempts integer not null default 0,
  next_attempt_at timestamptz not null default now(),
  leased_until timestamptz,
  response_code integer,
  error text,
  duration_ms integer,
  delivered_at timestamptz,
  created_at timestamptz not null default now(),
  constraint webhook_deliveries_endpoint_id_event_id_key unique (endpoint_id, event_id),
  constraint webhook_deliveries_status_check check (status in ('pending', 'delivered', 'failed')),
  constraint webhook_deliveries_attempts_check check (attempts between 0 and 8),
  constraint webhook_deliveries_delivered_at_check check ((delivered_at is not null) = (status = 'delivered'))
);
create index webhook_deliveries_event_id_idx on public.webhook_deliveries (event_id);
create index webhook_deliveries_log_idx on public.webhook_deliveries (endpoint_id, id);
create index webhook_deliveries_waiting_idx on public.webhook_deliveries (endpoint_id, next_attempt_at)
  where status = 'pending';
create index webhook_deliveries_due_idx on public.webhook_deliveries (next_attempt_at) where status = 'pending';

alter table public.webhook_deliveries enable row level security;
grant select on public.webhook_deliveries to authenticated, service_role;

comment on table public.webhook_deliveries is
  'One event on its way to one endpoint: the log. Lists page by id, which is time-ordered. Seen by the store''s '
  'owner and managers.';
comment on column public.webhook_deliveries.store_id is 'Copied from the endpoint, so that access needs no join.';
comment on column public.webhook_deliveries.status is
  'pending: to be sent, or tried again. delivered: answered with 2xx. failed: given up after eight tries within a '
  'day, or because the endpoint was switched off; replay_webhook_delivery begins anew.';
comment on column public.webhook_deliveries.attempts is 'Tries that have ended, of eight.';
comment on column public.webhook_deliveries.next_attempt_at is 'When it is sent next, while it is pending (UTC).';
comment on column public.webhook_deliveries.leased_until is
  'Until when a worker has it (UTC). If the worker dies, the row is claimed again after that.';
comment on column public.webhook_deliveries.response_code is
  'HTTP status of the last answer; null when there was none.';
comment on column public.webhook_deliveries.error is
  'What went wrong the last time: answered_not_2xx, address_not_allowed, name_not_found, connection_failed, '
  'connection_timeout, certificate_invalid, answer_timeout, answer_invalid, endpoint_disabled.';
comment on column public.webhook_deliveries.duration_ms is 'How long the last try took, in milliseconds.';
