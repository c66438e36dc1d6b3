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
comment on table private.request_metrics is 'Requests per minute, function, route, method and status. Kept for 30 days.';

-- The same requests since ever: counters must never fall, so Prometheus gets these. One row a route, updated in place (no index
-- holds what changes, and a page has room for the next version of a row).
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
  'How many took as long as a limit of private.request_limits_ms and longer than the one before; the last, longer than all.';

create function private.request_limits_ms() returns integer[]
language sql immutable
set search_path = ''
as $$ select array[25, 50, 100, 250, 500, 1000, 2500, 5000, 10000]; $$;
comment on function private.request_limits_ms() is 'Upper limits of the buckets that durations are counted in, in milliseconds.';

create function private.record_request(function_name text, route text, method text, status integer, duration_ms integer) returns void
language plpgsql volatile
security definer -- nobody holds a grant on these tables
set search_path = ''
as $$
declare
  v_function text := left(record_request.function_name, 60);
  v_route text := left(record_request.route, 120);
  v_method text := left(record_request.method, 10);
  v_duration integer := greatest(record_request.duration_ms, 0);
  v_limits integer[] := private.request_limits_ms();
  v_bucket integer := 1 + (select count(*) from unnest(v_limits) as bucket (upper_limit) where bucket.upper_limit < v_duration);
  v_buckets bigint[] := array_fill(0::bigint, array[cardinality(v_limits) + 1]);
begin
  insert into private.request_metrics (minute, function_name, route, method, status, requests, duration_ms, slowest_ms)
  values (date_trunc('minute', now()), v_function, v_route, v_method, record_request.status, 1, v_duration, v_duration)
  on conflict on constraint request_metrics_pkey do update
  set requests = request_metrics.requests + 1,
    duration_ms = request_metrics.duration_ms + excluded.duration_ms,
    slowest_ms = greatest(request_metrics.slowest_ms, excluded.slowest_ms);

  v_buckets[v_bucket] := 1;
  insert into private.request_totals (function_name, route, method, status, requests, duration_ms, buckets)
  values (v_function, v_route, v_method, record_request.status, 1, v_duration, v_buckets)
  on conflict on constraint request_totals_pkey do update
  set requests = request_totals.requests + 1,
    duration_ms = request_totals.duration_ms + excluded.duration_ms,
    buckets[v_bucket] = request_totals.buckets[v_bucket] + 1;
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

-- One number for Prometheus. Names end in their base unit, those of counters in _total.
create type private.metric as (name text, type text, help text, labels jsonb, value numeric);
comment on type private.metric is 'A number with its name, its type (counter, gauge, histogram), its meaning and its labels.';

create function private.business_metrics() returns setof private.metric
language sql stable
set search_path = ''
as $$
  select 'marketbase_orders', 'gauge', 'Orders of the last 24 hours by status.',
    jsonb_build_object('status', orders.status), count(*)::numeric
  from public.orders
  where orders.id >= private.first_id_at(now() - interval '24 hours')
  group by orders.status
  union all
  select 'marketbase_outbox_messages', 'gauge', 'Messages that wait or could not be delivered.',
    jsonb_build_object('status', statuses.status), count(outbox.id)
  from unnest(array['pending', 'dead']) as statuses (status)
  left join private.outbox on outbox.status = statuses.status
  group by statuses.status
  union all
  select 'marketbase_outbox_oldest_due_seconds', 'gauge', 'Age of the oldest message that should have gone out.', '{}',
    ((private.service_health() -> 'outbox') ->> 'oldest_due_seconds')::numeric
  union all
  select 'marketbase_stock_low', 'gauge', 'Variants at or below their low-stock threshold.', '{}', count(*)
  from public.stock_levels
  where stock_levels.is_low
  union all
  select 'marketbase_alerts_open', 'gauge', 'Alerts that nobody resolved yet.', '{}', count(*)
  from private.alerts
  where alerts.resolved_at is null
  union all
  select 'marketbase_vault_secrets_missing', 'gauge', 'Secrets that jobs need and the vault does not have.', '{}',
    cardinality(private.missing_secrets());
$$;
comment on function private.business_metrics() is 'Orders, messages, stock, alerts, secrets.';

create function private.job_metrics() returns setof private.metric
language sql stable
set search_path = ''
as $$
  select metric.name, metric.type, metric.help, jsonb_build_object('job', job_runs.name), metric.value
  from private.job_runs
  cross join lateral (
    values
      ('marketbase_job_runs_total', 'counter', 'How often a job succeeded.', job_runs.runs::numeric),
      ('marketbase_job_run_seconds_total', 'counter', 'How long a job worked altogether.', job_runs.run_seconds::numeric),
      (
        'marketbase_job_last_success_timestamp_seconds', 'gauge', 'When a job last succeeded.',
        extract(epoch from job_runs.last_run_at)
      ),
      (
        'marketbase_job_late', 'gauge', 'Whether a job has not succeeded for three of its intervals.',
        private.job_is_late(job_runs)::integer
      ),
      (
        'marketbase_job_failing', 'gauge', 'Whether the edge function that a job asked refused or failed.',
        (job_runs.failure is not null)::integer
      )
  ) as metric (name, type, help, value)
  where metric.value is not null;
$$;
comment on function private.job_metrics() is 'What private.job_runs knows of each job.';

create function private.request_metrics_total() returns setof private.metric
language sql stable
set search_path = ''
as $$
  select 'marketbase_requests_total', 'counter', 'Requests of the edge functions.',
    jsonb_build_object(
      'function', totals.function_name, 'route', totals.route, 'method', totals.method, 'status', totals.status::text
    ),
    totals.requests::numeric
  from private.request_totals as totals
  union all
  select 'marketbase_request_duration_seconds_' || part.suffix, 'histogram', 'How long requests of the edge functions took.',
    jsonb_build_object('function', routes.function_name, 'route', routes.route, 'method', routes.method) || part.labels,
    part.value
  from (
    select totals.function_name, totals.route, totals.method, sum(totals.requests) as requests,
      sum(totals.duration_ms) / 1000 as seconds
    from private.request_totals as totals
    group by totals.function_name, totals.route, totals.method
  ) as routes
  cross join lateral (
    select 'bucket' as suffix, jsonb_build_object('le', coalesce(trim_scale(bounds.upper_limit / 1000.0)::text, '+Inf')) as labels, (
      select coalesce(sum(counted.requests), 0)
      from private.request_totals as totals
      cross join unnest(totals.buckets) with ordinality as counted (requests, position)
      where (totals.function_name, totals.route, totals.method) = (routes.function_name, routes.route, routes.method)
        and counted.position <= bounds.position
    ) as value
    from unnest(private.request_limits_ms() || null::integer) with ordinality as bounds (upper_limit, position)
    union all
    select 'sum', '{}', routes.seconds
    union all
    select 'count', '{}', routes.requests
  ) as part;
$$;
comment on function private.request_metrics_total() is 'Counters and histograms of private.request_totals.';

-- Verbs are called through REST, which tells nobody; Postgres counts each statement anyway, so asking it costs no write. Failed calls
-- it does not count, and it knows no distribution: a histogram per verb there cannot be.
create function private.verb_metrics() returns setof private.metric
language plpgsql stable
set search_path = ''
as $$
begin
  if to_regclass('extensions.pg_stat_statements') is null then
    return;
  end if;
  return query
  select metric.name, metric.type, metric.help, jsonb_build_object('verb', verbs.verb, 'role', verbs.role), metric.value
  from (
    select verb.name as verb, roles.rolname as role, sum(statements.calls) as calls, sum(statements.total_exec_time) / 1000 as seconds
    from extensions.pg_stat_statements as statements
    join pg_catalog.pg_roles as roles on roles.oid = statements.userid
    cross join lateral (select (regexp_match(statements.query, '"public"\."([a-z_]+)"\('))[1]) as verb (name)
    where statements.dbid = (select databases.oid from pg_catalog.pg_database as databases where databases.datname = current_database())
      and roles.rolname in ('anon', 'authenticated', 'service_role')
      and exists (
        select from pg_catalog.pg_proc as procedures
        where procedures.pronamespace = 'public'::regnamespace and procedures.proname = verb.name
      )
    group by verb.name, roles.rolname
  ) as verbs
  cross join lateral (
    values
      ('marketbase_verb_calls_total', 'counter', 'Calls of a verb of the API that succeeded.', verbs.calls::numeric),
      ('marketbase_verb_seconds_total', 'counter', 'How long the database worked on the calls of a verb.', verbs.seconds::numeric)
  ) as metric (name, type, help, value);
end;
$$;
comment on function private.verb_metrics() is 'Calls of the API''s verbs and the time they took, by role, from pg_stat_statements.';

create function private.database_metrics() returns setof private.metric
language sql stable
set search_path = ''
as $$
  select 'marketbase_database_transactions_total', 'counter', 'Transactions of the database by how they ended.',
    jsonb_build_object('outcome', ended.outcome), ended.transactions::numeric
  from pg_catalog.pg_stat_database as statistics
  cross join lateral (
    values ('commit', statistics.xact_commit), ('rollback', statistics.xact_rollback)
  ) as ended (outcome, transactions)
  where statistics.datname = current_database()
  union all
  select 'marketbase_database_deadlocks_total', 'counter', 'Transactions that were ended because they waited in a circle.', '{}',
    statistics.deadlocks
  from pg_catalog.pg_stat_database as statistics
  where statistics.datname = current_database()
  union all
  select 'marketbase_database_connections', 'gauge', 'Connections to the database.', '{}', statistics.numbackends
  from pg_catalog.pg_stat_database as statistics
  where statistics.datname = current_database();
$$;
comment on function private.database_metrics() is 'What Postgres counts of this database.';

create function private.read_metrics() returns table (name text, type text, help text, labels jsonb, value numeric)
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

create function public.read_metrics() returns table (name text, type text, help text, labels jsonb, value numeric)
language sql stable security invoker
set search_path = ''
as $$ select * from private.read_metrics(); $$;
comment on function public.read_metrics() is
  'Service only. Counters, histograms and gauges for the function metrics: requests of edge functions, calls of verbs, jobs, '
  'orders, outbox, stock, alerts, secrets, the database.';
grant execute on function public.read_metrics() to service_role;
