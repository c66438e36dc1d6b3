create or replace function private.lose_dispute(dispute public.disputes) returns void
language plpgsql volatile
security definer -- nobody holds a write grant on refunds
set search_path = ''
as $$
declare
  v_payment public.payments;
  v_share record;
begin
  for v_share in
    select dispute_shares.order_id, dispute_shares.amount from public.dispute_shares
    where dispute_shares.dispute_id = lose_dispute.dispute.id and dispute_shares.amount > 0
    union all
    -- A payment that came too late belongs to no order, so none has a share.
    select null, shares.amount from public.payments
    cross join lateral private.shares_of_payment(payments, lose_dispute.dispute.amount) as shares
    where payments.id = lose_dispute.dispute.payment_id and shares.order_id is null
    order by order_id
  loop
    select * into v_payment from public.payments where payments.id = lose_dispute.dispute.payment_id;
    perform private.finish_refund(
      private.take_from_order(
        v_payment, v_share.order_id, v_share.amount, 'dispute', lose_dispute.dispute.provider_dispute_id
      ), true, null
    );
  end loop;
  update public.disputes
  set excess_amount = disputes.amount - (
    select coalesce(sum(refunds.amount), 0)
    from public.refunds
    where refunds.provider_refund_id = lose_dispute.dispute.provider_dispute_id
  )
  where disputes.id = lose_dispute.dispute.id;
  perform private.cancel_refunded_orders(payments.checkout_id)
  from public.payments
  where payments.id = lose_dispute.dispute.payment_id;
end;
$$;
comment on function private.lose_dispute(public.disputes) is
  'The money of a dispute of a locked payment is gone: its shares become refunds that succeeded, unsent orders of '
  'which nothing is left are cancelled.';
