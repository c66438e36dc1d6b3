-- Some alerts end by themselves, when their rule holds again. The others, such as a disputed payment, end when a person
-- has dealt with them, and what was done stays beside them.
create or replace function private.resolve_alert(alert_id uuid, reason text) returns void
language plpgsql volatile
security definer -- writes a table that is granted to nobody
set search_path = ''
as $$
declare
  v_reason constant text := private.tidy_line(resolve_alert.reason);
begin
  perform private.require_operator();
  if v_reason is null or length(v_reason) > 500 then
    raise sqlstate 'PT422' using
      message = 'Say what was done about it, in 500 characters at most.', detail = 'invalid_reason';
  end if;
  update private.alerts
  set resolved_at = now(), resolved_by = (select auth.uid()), resolution = v_reason
  where alerts.id = resolve_alert.alert_id and alerts.resolved_at is null;
  if not found and not exists (select from private.alerts where alerts.id = resolve_alert.alert_id) then
    raise sqlstate 'PT404' using
      message = 'That alert does not exist.', detail = 'alert_not_found';
  end if;
end;
$$;
comment on function private.resolve_alert(uuid, text) is 'See public.resolve_alert.';
grant execute on function private.resolve_alert(uuid, text) to anon, authenticated, service_role;

create or replace function public.resolve_alert(alert_id uuid, reason text) returns public.admin_alerts
language plpgsql volatile security invoker
set search_path = ''
as $$
declare
  v_alert public.admin_alerts;
begin
  perform private.resolve_alert(resolve_alert.alert_id, resolve_alert.reason);
  select * into v_alert from public.admin_alerts where admin_alerts.id = resolve_alert.alert_id;
  return v_alert;
end;
$$;
comment on function public.resolve_alert(uuid, text) is
  'For those who run the marketplace: an alert was dealt with; reason says what was done. An alert that is over keeps '
  'what was said first. Returns it as admin_alerts does. Errors: not_signed_in, account_required, session_revoked, '
  'platform_admin_required, invalid_reason, alert_not_found.';
grant execute on function public.resolve_alert(uuid, text) to anon, authenticated, service_role;
