create or replace function private.require_dispute(
  dispute_id uuid, out dispute public.disputes, out store_ids uuid[], out my_store_ids uuid[]
)
language plpgsql volatile
security definer -- reads disputes for callers that it checks
set search_path = ''
as $$
declare
  v_user_id uuid := private.require_user_or_operator();
begin
  select disputes.* into dispute from public.disputes where disputes.id = require_dispute.dispute_id for no key update;
  select
    coalesce(array_agg(concerned.store_id order by concerned.store_id), '{}'),
    coalesce(
      array_agg(concerned.store_id order by concerned.store_id)
        filter (where store_members.user_id is not null),
      '{}'
    )
  into store_ids, my_store_ids
  from (
    select earnings.store_id from private.earnings where earnings.payment_id = dispute.payment_id
    union
    select dispute_shares.store_id from public.dispute_shares
    where dispute_shares.dispute_id = require_dispute.dispute_id
  ) as concerned
  left join public.store_members
    on store_members.store_id = concerned.store_id
      and store_members.user_id = v_user_id
      and store_members.role in ('owner', 'manager');
  if dispute.id is null or (my_store_ids = '{}' and not private.is_operator()) then
    if exists (
      select from public.store_members
      where store_members.user_id = v_user_id and store_members.store_id = any (store_ids)
    ) then
      raise sqlstate 'PT403' using
        message = 'Your role in this store does not allow that.', detail = 'store_role_required',
        hint = 'Needed: owner or manager.';
    end if;
    raise sqlstate 'PT404' using
      message = 'That dispute does not exist.', detail = 'dispute_not_found';
  end if;
  if dispute.status not in ('warning_needs_response', 'needs_response')
    or dispute.evidence_due_at <= now()
    or exists (
      select from private.dispute_answers
      where dispute_answers.dispute_id = dispute.id and dispute_answers.action = 'accept'
    )
  then
    raise sqlstate 'PT409' using
      message = 'The bank takes no answer to this dispute any more.', detail = 'dispute_not_answerable';
  end if;
end;
$$;
comment on function private.require_dispute(uuid) is
  'A dispute that can still be answered, locked; the stores that it concerns, and those among them that the caller '
  'owns '
  'or manages. Errors: those of require_user, dispute_not_found, store_role_required, dispute_not_answerable.';
