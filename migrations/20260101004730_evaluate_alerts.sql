-- Rules that are watched: an alert is raised when one is crossed, once, and resolved by itself when it is crossed no more.
create function private.crossed_rules() returns table (rule text, message text)
language plpgsql stable
set search_path = ''
as $$
declare
  v_health jsonb := private.service_health();
begin
  return query
  select 'outbox_lag'::text, format('A mail should have gone out %s seconds ago.', v_health -> 'outbox' ->> 'oldest_due_seconds')
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
  select 'payments_unsettled', format('A payment has been waiting for its outcome for %s seconds.', v_health -> 'payments' ->> 'unsettled_seconds')
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

create function private.evaluate_alerts() returns table (rule text, message text)
language plpgsql volatile
security definer -- reads and writes tables that are granted to nobody
set search_path = ''
as $$
declare
  v_crossed record;
begin
  perform pg_advisory_xact_lock(hashtextextended('evaluate_alerts', 0));
  update private.alerts
  set resolved_at = now()
  where alerts.resolved_at is null
    and alerts.rule in (
      'outbox_lag', 'job_late', 'job_failing', 'payments_unsettled', 'error_rate'
    )
    and alerts.rule not in (select crossed.rule from private.crossed_rules() as crossed);

  for v_crossed in
    select crossed.rule, crossed.message
    from private.crossed_rules() as crossed
    where not exists (
      select from private.alerts where alerts.rule = crossed.rule and alerts.resolved_at is null
    )
  loop
    perform private.raise_alert(v_crossed.rule, v_crossed.message);
    rule := v_crossed.rule;
    message := v_crossed.message;
    return next;
  end loop;
end;
$$;
comment on function private.evaluate_alerts() is 'See public.evaluate_alerts.';
grant execute on function private.evaluate_alerts() to service_role;

create function public.evaluate_alerts() returns table (rule text, message text)
language sql volatile security invoker
set search_path = ''
as $$ select * from private.evaluate_alerts(); $$;
comment on function public.evaluate_alerts() is 'Service only. Raises an alert, once, for every rule that is newly crossed (mailed to the platform''s admins), resolves those that are not any more, and returns the new ones.';
grant execute on function public.evaluate_alerts() to service_role;
