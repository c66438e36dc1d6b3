create or replace function private.cap_shares(payment_id uuid) returns void
language plpgsql volatile
security definer -- nobody holds a write grant on disputes
set search_path = ''
as $$
begin
  update public.dispute_shares
  set amount = least(dispute_shares.amount, parts.left_amount + parts.unsent_amount)
  from public.disputes
  join public.payments on payments.id = disputes.payment_id
  cross join lateral private.parts_of_payment(payments) as parts
  where disputes.payment_id = cap_shares.payment_id
    and disputes.status in ('warning_needs_response', 'warning_under_review', 'needs_response', 'under_review')
    and dispute_shares.dispute_id = disputes.id
    and dispute_shares.order_id = parts.order_id
    and dispute_shares.amount > parts.left_amount + parts.unsent_amount;
  update public.disputes
  set excess_amount = disputes.amount - part.amount
  from (
    select dispute_shares.dispute_id, sum(dispute_shares.amount) as amount
    from public.dispute_shares
    group by dispute_shares.dispute_id
  ) as part
  where disputes.payment_id = cap_shares.payment_id
    and part.dispute_id = disputes.id
    and disputes.excess_amount <> disputes.amount - part.amount;
end;
$$;
comment on function private.cap_shares(uuid) is
  'Lowers the shares of a locked payment''s open disputes to what is left of each order, and counts the rest as '
  'excess. Needed because a refund may become known later than a dispute that came after it.';
