-- Requests of the edge functions, added up per minute, so that counting them costs one small row. Alerts look at these.
create table private.request_metrics (
  minute timestamptz not null,
  function_name text not null,
  route text not null,
  method text not null,
  status integer not null,
  requests bigint not null,
  duration_ms bigint not null,
  slowest_ms integer not null,
  constraint request_metrics_pkey primary key (minute, function_name, route, method, status)
);
alter table private.request_metrics enable row level security;
comment on table private.request_metrics is
  'Requests per minute, function, route, method and status. Kept for 30 days.';

-- The same requests since ever: counters must never fall, so Prometheus gets these. One row a route, updated in
-- place (no index holds what changes, and a page has room for the next version of a row).
create table private.request_totals (
  function_name text not null,
  route text not null,
  method text not null,
  status integer not null,
  requests bigint not null,
  duration_ms bigint not null,
  buckets bigint[] not null,
  constraint request_totals_pkey primary key (function_name, route, method, status)
) with (fillfactor = 50);
alter table private.request_totals enable row level security;
comment on table private.request_totals is 'Requests per function, route, method and status, since ever.';
comment on column private.request_totals.buckets is
  'How many took as long as a limit of private.request_limits_ms and longer than the one before; the last, longer '
  'than all.';

-- One number for Prometheus. Names end in their base unit, those of counters in _total.
create type private.metric as (name text, type text, help text, labels jsonb, value numeric);
comment on type private.metric is
  'A number with its name, its type (counter, gauge, histogram), its meaning and its labels.';
