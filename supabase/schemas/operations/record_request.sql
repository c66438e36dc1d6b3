-- Edge functions keep nothing between two requests, so they count in the database: by minute for the alerts, in
-- total for the metrics.
create or replace function private.record_request(
  function_name text, route text, method text, status integer, duration_ms integer
) returns void
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
  v_bucket integer := 1 + (
    select count(*) from unnest(v_limits) as bucket (upper_limit) where bucket.upper_limit < v_duration
  );
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

create or replace function public.record_request(
  function_name text, route text, method text, status integer, duration_ms integer
) returns void
language sql volatile security invoker
set search_path = ''
as $$
  select private.record_request(
    record_request.function_name, record_request.route, record_request.method, record_request.status,
    record_request.duration_ms
  );
$$;
comment on function public.record_request(text, text, text, integer, integer) is
  'Service only. Counts one request of an edge function.';
grant execute on function public.record_request(text, text, text, integer, integer) to service_role;
