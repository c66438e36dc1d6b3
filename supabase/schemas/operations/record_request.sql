create or replace function private.record_request(function_name text, route text, method text, status integer, duration_ms integer) returns void
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

create or replace function public.record_request(function_name text, route text, method text, status integer, duration_ms integer) returns void
language sql volatile security invoker
set search_path = ''
as $$
  select private.record_request(
    record_request.function_name, record_request.route, record_request.method, record_request.status, record_request.duration_ms
  );
$$;
comment on function public.record_request(text, text, text, integer, integer) is 'Service only. Counts one request of an edge function.';
grant execute on function public.record_request(text, text, text, integer, integer) to service_role;
