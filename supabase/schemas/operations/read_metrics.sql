create or replace function private.read_metrics() returns table (name text, type text, help text, labels jsonb, value numeric)
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

create or replace function public.read_metrics() returns table (name text, type text, help text, labels jsonb, value numeric)
language sql stable security invoker
set search_path = ''
as $$ select * from private.read_metrics(); $$;
comment on function public.read_metrics() is 'Service only. Counters and gauges for the function metrics: orders, outbox, stock, alerts, jobs, requests.';
grant execute on function public.read_metrics() to service_role;
