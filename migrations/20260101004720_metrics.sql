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

create function private.record_request(function_name text, route text, method text, status integer, duration_ms integer) returns void
language plpgsql volatile
security definer -- nobody holds a grant on request_metrics
set search_path = ''
as $$
begin
  insert into private.request_metrics (minute, function_name, route, method, status, requests, duration_ms, slowest_ms)
  values (
    date_trunc('minute', now()), left(record_request.function_name, 60), left(record_request.route, 120), left(record_request.method, 10),
    record_request.status, 1, greatest(record_request.duration_ms, 0), greatest(record_request.duration_ms, 0)
  )
  on conflict on constraint request_metrics_pkey do update
  set requests = request_metrics.requests + 1,
    duration_ms = request_metrics.duration_ms + excluded.duration_ms,
    slowest_ms = greatest(request_metrics.slowest_ms, excluded.slowest_ms);
end;
$$;
comment on function private.record_request(text, text, text, integer, integer) is 'See public.record_request.';
grant execute on function private.record_request(text, text, text, integer, integer) to service_role;

create function public.record_request(function_name text, route text, method text, status integer, duration_ms integer) returns void
language sql volatile security invoker
set search_path = ''
as $$
  select private.record_request(
    record_request.function_name, record_request.route, record_request.method, record_request.status, record_request.duration_ms
  );
$$;
comment on function public.record_request(text, text, text, integer, integer) is 'Service only. Counts one request of an edge function.';
grant execute on function public.record_request(text, text, text, integer, integer) to service_role;

create function private.read_metrics() returns table (name text, type text, help text, labels jsonb, value numeric)
language plpgsql stable
security definer -- counts in tables that are granted to nobody
set search_path = ''
as $$
begin
  return query
  select 'marketbase_orders'::text, 'gauge'::text, 'Orders of the last 24 hours by status.'::text,
    jsonb_build_object('status', orders.status), count(*)::numeric
  from public.orders
  where orders.id >= private.first_id_at(now() - interval '24 hours')
  group by orders.status;

  return query
  select 'marketbase_outbox_messages', 'gauge', 'Messages that wait or could not be delivered.', jsonb_build_object('status', outbox.status), count(*)::numeric
  from private.outbox
  where outbox.status in ('pending', 'dead')
  group by outbox.status;

  return query
  select 'marketbase_outbox_oldest_due_seconds', 'gauge', 'Age of the oldest message that should have gone out.', '{}'::jsonb,
    ((private.service_health() -> 'outbox') ->> 'oldest_due_seconds')::numeric;

  return query
  select 'marketbase_stock_low', 'gauge', 'Variants at or below their low-stock threshold.', '{}'::jsonb, count(*)::numeric
  from public.stock_levels
  where stock_levels.is_low;

  return query
  select 'marketbase_alerts_open', 'gauge', 'Alerts that nobody resolved yet.', jsonb_build_object('rule', alerts.rule), count(*)::numeric
  from private.alerts
  where alerts.resolved_at is null
  group by alerts.rule;

  return query
  select 'marketbase_job_age_seconds', 'gauge', 'Seconds since a job last succeeded.', jsonb_build_object('job', job_runs.name),
    extract(epoch from now() - job_runs.last_run_at)
  from private.job_runs
  where job_runs.last_run_at is not null;

  return query
  select 'marketbase_requests', 'gauge', 'Requests of the last 5 minutes.',
    jsonb_build_object(
      'function', request_metrics.function_name, 'route', request_metrics.route, 'method', request_metrics.method,
      'status', request_metrics.status::text
    ),
    sum(request_metrics.requests)
  from private.request_metrics
  where request_metrics.minute > now() - interval '5 minutes'
  group by request_metrics.function_name, request_metrics.route, request_metrics.method, request_metrics.status;

  return query
  select 'marketbase_request_milliseconds', 'gauge', 'Mean duration of the requests of the last 5 minutes.',
    jsonb_build_object('function', request_metrics.function_name), round(sum(request_metrics.duration_ms) / sum(request_metrics.requests), 1)
  from private.request_metrics
  where request_metrics.minute > now() - interval '5 minutes'
  group by request_metrics.function_name;
end;
$$;
comment on function private.read_metrics() is 'See public.read_metrics.';
grant execute on function private.read_metrics() to service_role;

create function public.read_metrics() returns table (name text, type text, help text, labels jsonb, value numeric)
language sql stable security invoker
set search_path = ''
as $$ select * from private.read_metrics(); $$;
comment on function public.read_metrics() is 'Service only. Counters and gauges for the function metrics: orders, outbox, stock, alerts, jobs, requests.';
grant execute on function public.read_metrics() to service_role;
