-- Compares the watched rules with the open alerts, under a lock, so that two runs at once do not report one thing
-- twice.
create or replace function private.evaluate_alerts() returns table (rule text, message text)
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

create or replace function public.evaluate_alerts() returns table (rule text, message text)
language sql volatile security invoker
set search_path = ''
as $$ select * from private.evaluate_alerts(); $$;
comment on function public.evaluate_alerts() is
  'Service only. Raises an alert, once, for every rule that is newly crossed (mailed to the platform''s admins), '
  'resolves those that are not any more, and returns the new ones.';
grant execute on function public.evaluate_alerts() to service_role;
