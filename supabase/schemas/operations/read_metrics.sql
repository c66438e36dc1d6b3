-- All figures of the database in one call, for the edge function metrics: reading them often must cost little.
create or replace function private.read_metrics() returns table (
  name text, type text, help text, labels jsonb, value numeric
)
language sql stable
security definer -- counts in tables that are granted to nobody
set search_path = ''
as $$
  select * from private.business_metrics()
  union all
  select * from private.job_metrics()
  union all
  select * from private.request_metrics_total()
  union all
  select * from private.verb_metrics()
  union all
  select * from private.database_metrics();
$$;
comment on function private.read_metrics() is 'See public.read_metrics.';
grant execute on function private.read_metrics() to service_role;

create or replace function public.read_metrics() returns table (
  name text, type text, help text, labels jsonb, value numeric
)
language sql stable security invoker
set search_path = ''
as $$ select * from private.read_metrics(); $$;
comment on function public.read_metrics() is
  'Service only. Counters, histograms and gauges for the function metrics: requests of edge functions, calls of '
  'verbs, jobs, orders, outbox, stock, alerts, secrets, the database.';
grant execute on function public.read_metrics() to service_role;
