-- Those who run the marketplace answer a report: the message is taken away, or it stays. All open reports of the same
-- message are answered at once.
create or replace function private.moderate_message(report_id uuid, action text, reason text)
returns public.message_reports
language plpgsql volatile
security definer -- clients hold no write grant on messages and reports
set search_path = ''
as $$
declare
  v_reason constant text := private.tidy_line(moderate_message.reason);
  v_report public.message_reports;
  v_message public.messages;
begin
  perform private.require_operator();
  if coalesce(moderate_message.action, '') not in ('remove', 'dismiss') then
    raise sqlstate 'PT422' using
      message = 'A report is answered by remove or dismiss.', detail = 'invalid_report',
      hint = 'action: remove or dismiss.';
  end if;
  if length(v_reason) > 500 then
    raise sqlstate 'PT422' using
      message = 'A reason has 500 characters at most.', detail = 'invalid_reason';
  end if;
  select * into v_report from public.message_reports where message_reports.id = moderate_message.report_id;
  if not found then
    raise sqlstate 'PT404' using
      message = 'That report does not exist.', detail = 'report_not_found';
  end if;
  perform from public.conversations where conversations.id = v_report.conversation_id for no key update;
  if moderate_message.action = 'remove' then
    select * into strict v_message
    from public.messages
    where messages.conversation_id = v_report.conversation_id and messages.seq = v_report.seq;
    if v_message.deleted_at is null then
      perform private.take_message_away(v_message, 'marketplace');
    end if;
  end if;
  update public.message_reports
  set status = case moderate_message.action when 'remove' then 'removed' else 'dismissed' end,
    decided_at = now(), decision_reason = v_reason
  where message_reports.conversation_id = v_report.conversation_id
    and message_reports.seq = v_report.seq
    and message_reports.status = 'open';
  select * into strict v_report from public.message_reports where message_reports.id = v_report.id;
  return v_report;
end;
$$;
comment on function private.moderate_message(uuid, text, text) is 'See public.moderate_message.';
grant execute on function private.moderate_message(uuid, text, text) to anon, authenticated, service_role;

create or replace function public.moderate_message(
  report_id uuid, action text, reason text default null
) returns public.message_reports
language sql volatile security invoker
set search_path = ''
as $$
  select * from private.moderate_message(
    moderate_message.report_id, moderate_message.action, moderate_message.reason
  );
$$;
comment on function public.moderate_message(uuid, text, text) is
  'For those who run the marketplace: answers every open report of a message by taking it away (remove) or leaving it '
  '(dismiss), with a reason that whoever reported reads. Errors: not_signed_in, account_required, session_revoked, '
  'platform_admin_required, invalid_report, invalid_reason, report_not_found.';
grant execute on function public.moderate_message(uuid, text, text) to anon, authenticated, service_role;
