create or replace function private.raise_alert(rule text, message text, data jsonb default '{}') returns void
language plpgsql volatile
security definer -- writes tables that are granted to nobody
set search_path = ''
as $$
begin
  insert into private.alerts (rule, message, data)
  values (raise_alert.rule, raise_alert.message, raise_alert.data);

  insert into private.outbox (template, user_id, payload)
  select 'alert', platform_admins.user_id, jsonb_build_object('rule', raise_alert.rule, 'message', raise_alert.message)
  from private.platform_admins;
end;
$$;
comment on function private.raise_alert(text, text, jsonb) is
  'Records an alert and mails it to the platform''s admins.';
