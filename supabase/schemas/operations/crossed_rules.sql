-- The rules that are watched. When one is crossed an alert is raised, once; when it holds again, the alert is
-- resolved by itself.
create or replace function private.crossed_rules() returns table (rule text, message text)
language plpgsql stable
set search_path = ''
as $$
declare
  v_health jsonb := private.service_health();
begin
  return query
  select
    'outbox_lag'::text,
    format('A mail should have gone out %s seconds ago.', v_health -> 'outbox' ->> 'oldest_due_seconds')
  where (v_health -> 'outbox' ->> 'oldest_due_seconds')::integer > 600;

  return query
  select 'job_late', format('Jobs did not run when they should: %s.', string_agg(job.value ->> 'name', ', '))
  from jsonb_array_elements(v_health -> 'jobs') as job
  where (job.value ->> 'is_late')::boolean
  having count(*) > 0;

  return query
  select 'job_failing', format(
    'What jobs asked of edge functions was not done: %s.',
    string_agg((job.value ->> 'name') || ' (' || (job.value ->> 'failure') || ')', ', ')
  )
  from jsonb_array_elements(v_health -> 'jobs') as job
  where job.value ->> 'failure' is not null
  having count(*) > 0;

  return query
  select
    'payments_unsettled',
    format('A payment has been waiting for its outcome for %s seconds.', v_health -> 'payments' ->> 'unsettled_seconds')
  where (v_health -> 'payments' ->> 'unsettled_seconds')::integer > 3600;

  return query
  select 'error_rate', format('%s of %s requests failed within 5 minutes.', failed.errors, failed.requests)
  from (
    select
      coalesce(sum(request_metrics.requests) filter (where request_metrics.status >= 500), 0) as errors,
      coalesce(sum(request_metrics.requests), 0) as requests
    from private.request_metrics
    where request_metrics.minute > now() - interval '5 minutes'
  ) as failed
  where failed.requests >= 20 and failed.errors * 20 > failed.requests;
end;
$$;
comment on function private.crossed_rules() is
  'The watched rules that are crossed right now: outbox_lag, job_late, job_failing, '
  'payments_unsettled, error_rate.';
