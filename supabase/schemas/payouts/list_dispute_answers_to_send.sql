-- What was said about disputes and the provider does not know yet; see list_transfers_to_make.
create or replace function private.list_dispute_answers_to_send(max_rows integer)
returns table (
  dispute_id uuid, provider_dispute_id text, action text, evidence text, files text[], attempt integer
)
language plpgsql volatile
security definer -- nobody holds a write grant on what answers a dispute
set search_path = ''
as $$
begin
  return query
  with due as (
    select dispute_answers.dispute_id as id from private.dispute_answers
    where dispute_answers.status = 'pending' and dispute_answers.next_attempt_at <= now()
    order by dispute_answers.next_attempt_at, dispute_answers.dispute_id
    limit least(list_dispute_answers_to_send.max_rows, 500)
    for no key update skip locked
  ),
  claimed as (
    update private.dispute_answers
    set next_attempt_at = now()
      + greatest(interval '1 minute', least(now() - dispute_answers.created_at, interval '1 hour'))
    from due
    where dispute_answers.dispute_id = due.id
    returning dispute_answers.*
  )
  select
    disputes.id, disputes.provider_dispute_id, claimed.action,
    (
      select string_agg(dispute_evidence.text, e'\n\n' order by dispute_evidence.id) from public.dispute_evidence
      where dispute_evidence.dispute_id = disputes.id
    ),
    array(
      select file.name
      from public.dispute_evidence
      cross join lateral unnest(dispute_evidence.files) with ordinality as file (name, position)
      where dispute_evidence.dispute_id = disputes.id
      order by dispute_evidence.id, file.position
    ),
    claimed.attempt
  from claimed
  join public.disputes on disputes.id = claimed.dispute_id;
end;
$$;
comment on function private.list_dispute_answers_to_send(integer) is 'See public.list_dispute_answers_to_send.';
grant execute on function private.list_dispute_answers_to_send(integer) to service_role;

create or replace function public.list_dispute_answers_to_send(max_rows integer default 50)
returns table (
  dispute_id uuid, provider_dispute_id text, action text, evidence text, files text[], attempt integer
)
language sql volatile security invoker
set search_path = ''
as $$ select * from private.list_dispute_answers_to_send(list_dispute_answers_to_send.max_rows); $$;
comment on function public.list_dispute_answers_to_send(integer) is
  'Service only. Claims answers to disputes that the provider does not have yet: action submit, with all evidence '
  'and its '
  'files in the bucket dispute-evidence, or accept. attempt is part of the key; it grows when there is something new.';
grant execute on function public.list_dispute_answers_to_send(integer) to service_role;
