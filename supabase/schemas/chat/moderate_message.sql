-- Those who run the marketplace answer a report: the message is taken away, or it stays. All open reports of the same
-- message are answered at once. Whoever wrote it hears that it is gone and why, whoever reported it what came of that.
create or replace function private.moderate_message(report_id uuid, action text, reason text)
returns public.message_reports
language plpgsql volatile
security definer -- clients hold no write grant on messages and reports
set search_path = ''
as $$
declare
  v_reason text;
  v_report public.message_reports;
  v_message public.messages;
  v_data jsonb;
begin
  perform private.require_operator();
  if coalesce(moderate_message.action, '') not in ('remove', 'dismiss') then
    raise sqlstate 'PT422' using
      message = 'A report is answered by remove or dismiss.', detail = 'invalid_report',
      hint = 'action: remove or dismiss.';
  end if;
  v_reason := private.give_reason(moderate_message.reason);
  select * into v_report from public.message_reports where message_reports.id = moderate_message.report_id;
  if not found then
    raise sqlstate 'PT404' using
      message = 'That report does not exist.', detail = 'report_not_found';
  end if;
  perform from public.conversations where conversations.id = v_report.conversation_id for no key update;
  v_data := jsonb_build_object(
    'conversation_id', v_report.conversation_id, 'store_id', v_report.store_id, 'seq', v_report.seq
  );
  if moderate_message.action = 'remove' then
    select * into strict v_message
    from public.messages
    where messages.conversation_id = v_report.conversation_id and messages.seq = v_report.seq;
    if v_message.deleted_at is null then
      perform private.take_message_away(v_message, 'marketplace');
      insert into public.notifications (user_id, kind, title, body, data)
      select
        users.id, 'message_removed', 'A message of yours was taken away',
        format(
          'It was reported (%s), and the marketplace found that it should not stay. It said: %s',
          v_report.reason, left(v_message.body, 1500)
        ),
        v_data || jsonb_build_object('reason', v_report.reason)
      from auth.users
      where users.id = v_message.sender_id;
    end if;
  end if;
  with answered as (
    update public.message_reports
    set status = case moderate_message.action when 'remove' then 'removed' else 'dismissed' end, decided_at = now(),
      decision_reason = v_reason
    where message_reports.conversation_id = v_report.conversation_id
      and message_reports.seq = v_report.seq
      and message_reports.status = 'open'
    returning message_reports.reporter_id, message_reports.status
  )
  insert into public.notifications (user_id, kind, title, data)
  select
    answered.reporter_id, 'report_decided',
    case answered.status
      when 'removed' then 'The message that you reported was taken away'
      else 'The message that you reported stays'
    end,
    v_data
  from answered
  where answered.reporter_id is not null
  order by answered.reporter_id;
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
  '(dismiss), and tells whoever wrote it and whoever reported it; the reason is read by whoever reported it. Errors: '
  'not_signed_in, account_required, session_revoked, platform_admin_required, invalid_report, invalid_reason, '
  'report_not_found.';
grant execute on function public.moderate_message(uuid, text, text) to anon, authenticated, service_role;
