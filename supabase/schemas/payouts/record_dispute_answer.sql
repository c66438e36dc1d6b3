-- The provider has taken an answer, or refused it for good. What was added meanwhile has an attempt of its own.
create or replace function private.record_dispute_answer(
  dispute_id uuid, attempt integer, code text, message text
) returns jsonb
language plpgsql volatile
security definer -- nobody holds a write grant on what answers a dispute
set search_path = ''
as $$
declare
  v_answer private.dispute_answers;
begin
  select * into v_answer from private.dispute_answers
  where dispute_answers.dispute_id = record_dispute_answer.dispute_id
  for no key update;
  if not found then
    raise sqlstate 'PT404' using
      message = 'That dispute has no answer.', detail = 'dispute_not_found';
  end if;
  if v_answer.status = 'pending' and v_answer.attempt = record_dispute_answer.attempt then
    update private.dispute_answers
    set status = case when record_dispute_answer.code is null then 'sent' else 'failed' end,
      failure_code = record_dispute_answer.code,
      failure_message = record_dispute_answer.message
    where dispute_answers.dispute_id = v_answer.dispute_id
    returning * into v_answer;
    if v_answer.status = 'failed' then
      perform private.raise_alert(
        'dispute_answer_failed',
        format('The provider refused the answer to dispute %s: %s.', v_answer.dispute_id, v_answer.failure_code),
        jsonb_build_object('dispute_id', v_answer.dispute_id, 'action', v_answer.action)
      );
    end if;
  end if;
  return jsonb_build_object('dispute_id', v_answer.dispute_id, 'status', v_answer.status);
end;
$$;
comment on function private.record_dispute_answer(uuid, integer, text, text) is 'See public.record_dispute_answer.';
grant execute on function private.record_dispute_answer(uuid, integer, text, text) to service_role;

create or replace function public.record_dispute_answer(
  dispute_id uuid, attempt integer, code text default null, message text default null
) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$
  select private.record_dispute_answer(
    record_dispute_answer.dispute_id, record_dispute_answer.attempt, record_dispute_answer.code,
    record_dispute_answer.message
  );
$$;
comment on function public.record_dispute_answer(uuid, integer, text, text) is
  'Service only. The provider took the answer to a dispute (code null), or refused it; operators are alerted then. '
  'attempt: as listed. Returns {dispute_id, status}. Errors: dispute_not_found.';
grant execute on function public.record_dispute_answer(uuid, integer, text, text) to service_role;
