-- The rules that are watched. When one is crossed an alert is raised, once; when it holds again, the alert is resolved
-- by itself. A new rule is one more query here.
create or replace function private.watched_rules() returns table (rule text, message text)
language plpgsql stable
set search_path = ''
as $$
declare
  v_health jsonb := private.service_health();
begin
  return query
  select
    'outbox_lag',
    case when late.seconds > 600 then format('A mail should have gone out %s seconds ago.', late.seconds) end
  from (select (v_health -> 'outbox' ->> 'oldest_due_seconds')::integer as seconds) as late;

  return query
  select 'job_late', 'Jobs did not run when they should: ' || string_agg(job.value ->> 'name', ', ') || '.'
  from jsonb_array_elements(v_health -> 'jobs') as job
  where (job.value ->> 'is_late')::boolean;

  return query
  select
    'job_failing',
    'What jobs asked of edge functions was not done: '
      || string_agg((job.value ->> 'name') || ' (' || (job.value ->> 'failure') || ')', ', ') || '.'
  from jsonb_array_elements(v_health -> 'jobs') as job
  where job.value ->> 'failure' is not null;

  return query
  select
    'payments_unsettled',
    case
      when oldest.seconds > 3600
      then format('A payment has been waiting for its outcome for %s seconds.', oldest.seconds)
    end
  from (select (v_health -> 'payments' ->> 'unsettled_seconds')::integer as seconds) as oldest;

  return query
  select
    'error_rate',
    case
      when failed.requests >= 20 and failed.errors * 20 > failed.requests
      then format('%s of %s requests failed within 5 minutes.', failed.errors, failed.requests)
    end
  from (
    select
      coalesce(sum(request_metrics.requests) filter (where request_metrics.status >= 500), 0) as errors,
      coalesce(sum(request_metrics.requests), 0) as requests
    from private.request_metrics
    where request_metrics.minute > now() - interval '5 minutes'
  ) as failed;
end;
$$;
comment on function private.watched_rules() is
  'Every watched rule, each in one row: outbox_lag, job_late, job_failing, payments_unsettled, error_rate. message '
  'says how it is crossed right now; null while it holds.';
