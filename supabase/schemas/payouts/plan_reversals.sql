-- A store that was sent more than it has earned gives it back: newest transfer first, once for each refund or dispute
-- that caused it. What does not come back stays as a debt in its account, and its next transfers are smaller.
create or replace function private.plan_reversals(earning_ids uuid[]) returns void
language plpgsql volatile
security definer -- nobody holds a write grant on reversals
set search_path = ''
set plan_cache_mode = force_generic_plan -- the plans never depend on the values, and planning costs more than running
set enable_seqscan = off -- plans are kept: one made while a table was small must not outlive it
as $$
begin
  with surplus as (
    select
      earnings.id,
      earnings.transferred_amount - greatest(earnings.earned_amount - earnings.held_amount, 0) - coalesce((
        select sum(transfers.reversing_amount) from public.transfers where transfers.earning_id = earnings.id
      ), 0) as amount,
      cause.cause, cause.cause_id
    from private.earnings
    cross join lateral (
      select reason.cause, reason.cause_id
      from (
        select 'refund' as cause, refunds.id as cause_id, coalesce(refunds.decided_at, refunds.created_at) as at
        from public.refunds
        where (refunds.order_id = earnings.order_id or refunds.booking_id = earnings.booking_id)
          and refunds.booked_amount > 0
        union all
        select 'dispute', disputes.id, disputes.created_at
        from public.disputes
        where disputes.payment_id = earnings.payment_id and disputes.status in ('needs_response', 'under_review')
      ) as reason
      order by reason.at desc, reason.cause, reason.cause_id desc
      limit 1
    ) as cause
    where earnings.id = any (plan_reversals.earning_ids)
      and earnings.transferred_amount > greatest(earnings.earned_amount - earnings.held_amount, 0)
  ),
  made as (
    insert into public.transfer_reversals (transfer_id, store_id, cause, cause_id, currency, amount)
    select piece.id, piece.store_id, piece.cause, piece.cause_id, piece.currency, piece.amount
    from (
      select
        transfers.id, transfers.store_id, transfers.part, surplus.cause, surplus.cause_id, transfers.currency,
        least(
          rest.amount,
          surplus.amount - (sum(rest.amount) over (partition by surplus.id order by transfers.part desc) - rest.amount)
        ) as amount
      from surplus
      join public.transfers on transfers.earning_id = surplus.id and transfers.status = 'made'
      cross join lateral (
        select transfers.amount - transfers.reversing_amount - transfers.reversed_amount as amount
      ) as rest
    ) as piece
    where piece.amount > 0
    order by piece.store_id, piece.part desc
    on conflict (cause, cause_id, transfer_id) do nothing
    returning transfer_reversals.transfer_id, transfer_reversals.amount
  )
  update public.transfers
  set reversing_amount = transfers.reversing_amount + made.amount
  from made
  where transfers.id = made.transfer_id;
end;
$$;
comment on function private.plan_reversals(uuid[]) is
  'Makes the reversals of what stores were sent beyond what these have earned, for the newest refund or open dispute.';
