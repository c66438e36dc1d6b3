-- While a bank decides, what the store would lose is not sent to it, and what it was sent is asked back.
create or replace function private.refresh_held(earning_ids uuid[]) returns void
language plpgsql volatile
security definer -- nobody holds a grant on earnings
set search_path = ''
as $$
begin
  with held as (
    select
      earnings.id,
      coalesce((
        select
          greatest(
            earnings.earned_amount - (kept.left_amount + kept.discount_amount - kept.commission_amount), 0
          )
        from (
          select sum(disputed.amount)::bigint as amount
          from (
            select dispute_shares.amount from public.dispute_shares
            where dispute_shares.order_id = earnings.order_id
              and dispute_shares.status in ('needs_response', 'under_review')
            union all
            select disputes.amount - disputes.excess_amount from public.disputes
            where earnings.booking_id is not null
              and disputes.payment_id = earnings.payment_id
              and disputes.status in ('needs_response', 'under_review')
          ) as disputed
        ) as share
        cross join lateral private.kept_of_earning(earnings, share.amount) as kept
        where share.amount > 0
      ), 0) as amount
    from private.earnings
    where earnings.id = any (refresh_held.earning_ids)
  )
  update private.earnings
  set held_amount = held.amount
  from held
  where earnings.id = held.id and earnings.held_amount <> held.amount;
end;
$$;
comment on function private.refresh_held(uuid[]) is
  'Works out anew what open disputes may cost the store of each of these earnings.';
