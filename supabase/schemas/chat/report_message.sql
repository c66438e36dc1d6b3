-- What should not be here is shown to those who run the marketplace, as it is now: its author may change it.
create or replace function private.report_message(
  conversation_id uuid, seq integer, reason text, note text
) returns public.message_reports
language plpgsql volatile
security definer -- clients hold no write grant on reports
set search_path = ''
as $$
declare
  v_user_id uuid := private.require_user();
  v_conversation public.conversations := private.lock_conversation(report_message.conversation_id, v_user_id);
  v_side text := private.side_in_conversation(v_conversation, v_user_id);
  v_note text := nullif(private.tidy_prose(report_message.note), '');
  v_message public.messages;
  v_report public.message_reports;
begin
  select * into v_message
  from public.messages
  where messages.conversation_id = v_conversation.id and messages.seq = report_message.seq;
  if not found then
    raise sqlstate 'PT404' using
      message = 'That message does not exist.', detail = 'message_not_found';
  end if;
  if v_message.side = v_side then
    raise sqlstate 'PT403' using
      message = 'Your own side wrote that message.', detail = 'own_message';
  end if;
  if coalesce(report_message.reason, '') not in ('spam', 'abuse', 'fraud', 'illegal', 'other')
    or length(v_note) > 1000
  then
    raise sqlstate 'PT422' using
      message = 'A report has a reason, and a note of 1,000 characters at most.', detail = 'invalid_report',
      hint = 'reason: spam, abuse, fraud, illegal or other.';
  end if;
  select * into v_report
  from public.message_reports
  where message_reports.conversation_id = v_conversation.id
    and message_reports.seq = v_message.seq
    and message_reports.reporter_id = v_user_id;
  if found then
    return v_report;
  end if;
  if v_message.deleted_at is not null then
    raise sqlstate 'PT409' using
      message = 'This message was deleted.', detail = 'message_locked';
  end if;
  insert into public.message_reports (
    conversation_id, seq, store_id, customer_id, reporter_id, author_side, body, attachments, reason, note
  )
  values (
    v_conversation.id, v_message.seq, v_conversation.store_id, v_conversation.customer_id, v_user_id, v_message.side,
    v_message.body, v_message.attachments, report_message.reason, v_note
  )
  returning * into v_report;
  return v_report;
end;
$$;
comment on function private.report_message(uuid, integer, text, text) is 'See public.report_message.';
grant execute on function private.report_message(uuid, integer, text, text) to anon, authenticated;

create or replace function public.report_message(
  conversation_id uuid, seq integer, reason text, note text default null
) returns public.message_reports
language sql volatile security invoker
set search_path = ''
as $$
  select * from private.report_message(
    report_message.conversation_id, report_message.seq, report_message.reason, report_message.note
  );
$$;
comment on function public.report_message(uuid, integer, text, text) is
  'Reports a message of the other side to those who run the marketplace, with a copy of what it says. reason: spam, '
  'abuse, fraud, illegal or other. Repeating it returns the first report. Errors: not_signed_in, account_required, '
  'session_revoked, conversation_not_found, message_not_found, own_message, invalid_report, message_locked.';
grant execute on function public.report_message(uuid, integer, text, text) to anon, authenticated;
