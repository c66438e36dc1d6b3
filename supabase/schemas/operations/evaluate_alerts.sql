-- Compares the watched rules with the open alerts, under a lock, so that two runs at once do not report one thing
-- twice.
create or replace function private.evaluate_alerts() returns table (rule text, message text)
language plpgsql volatile
security definer -- reads and writes tables that are granted to nobody
set search_path = ''
as $$
declare
  v_watched record;
begin
  perform pg_advisory_xact_lock(hashtextextended('evaluate_alerts', 0));
  for v_watched in select watched.rule, watched.message from private.watched_rules() as watched loop
    if v_watched.message is null then
      update private.alerts
      set resolved_at = now()
      where alerts.rule = v_watched.rule and alerts.resolved_at is null;
    elsif not exists (
      select from private.alerts where alerts.rule = v_watched.rule and alerts.resolved_at is null
    ) then
      perform private.raise_alert(v_watched.rule, v_watched.message);
      return query select v_watched.rule, v_watched.message;
    end if;
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
