-- Requests of the edge functions, added up per minute, so that counting them costs one small row.
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
comment on table private.request_metrics is 'Requests per minute, function, route, method and status. Kept for 30 days.';
