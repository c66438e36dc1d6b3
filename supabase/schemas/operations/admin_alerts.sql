-- What waits for a person. Nobody holds a grant on the table, so that one function reads it, for operators only.
create or replace function private.alerts_for_operators() returns setof private.alerts
language plpgsql stable
security definer -- reads a table that is granted to nobody
set search_path = ''
as $$
begin
  if private.is_operator() then
    return query select * from private.alerts;
  end if;
end;
$$;
comment on function private.alerts_for_operators() is 'Every alert, for operators; for others none.';
grant execute on function private.alerts_for_operators() to authenticated, service_role;

create or replace view public.admin_alerts with (security_invoker = true) as
select
  alerts.id,
  alerts.rule,
  alerts.message,
  alerts.data,
  alerts.created_at,
  alerts.resolved_at,
  coalesce(profiles.full_name, profiles.email, profiles.phone) as resolved_by,
  alerts.resolution
from private.alerts_for_operators() as alerts
left join public.profiles on profiles.id = alerts.resolved_by;
grant select on public.admin_alerts to authenticated, service_role;
comment on view public.admin_alerts is
  'What did not fit and waits for a person (resolved_at is null), and what became of it. Rules that hold again resolve '
  'theirs by themselves; resolve_alert does the rest. Rows for operators only.';
