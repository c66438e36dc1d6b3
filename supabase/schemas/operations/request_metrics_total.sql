create or replace function private.request_metrics_total() returns setof private.metric
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
  select
    'marketbase_request_duration_seconds_' || part.suffix, 'histogram',
    'How long requests of the edge functions took.',
    jsonb_build_object('function', routes.function_name, 'route', routes.route, 'method', routes.method) || part.labels,
    part.value
  from (
    select totals.function_name, totals.route, totals.method, sum(totals.requests) as requests,
      sum(totals.duration_ms) / 1000 as seconds
    from private.request_totals as totals
    group by totals.function_name, totals.route, totals.method
  ) as routes
  cross join lateral (
    select
      'bucket' as suffix,
      jsonb_build_object('le', coalesce(trim_scale(bounds.upper_limit / 1000.0)::text, '+Inf')) as labels,
      (
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
