create or replace function private.tell_of_dispute(dispute public.disputes) returns void
language plpgsql volatile
security definer -- writes notifications and alerts, which no client may write
set search_path = ''
as $$
declare
  v_title text := case
    when dispute.status = 'lost' then 'A disputed payment was lost'
    when dispute.closed_at is not null then 'A disputed payment stays with you'
    when dispute.status like 'warning%' then 'A bank asks about a payment'
    else 'A customer disputes a payment'
  end;
begin
  perform private.raise_alert(
    'payment_disputed',
    format('Payment %s: dispute %s over %s %s (%s) is %s.', dispute.payment_id, dispute.provider_dispute_id, dispute.amount,
      dispute.currency, dispute.reason, dispute.status),
    jsonb_build_object(
      'dispute_id', dispute.id, 'payment_id', dispute.payment_id, 'provider_dispute_id', dispute.provider_dispute_id,
      'status', dispute.status, 'amount', dispute.amount, 'currency', dispute.currency, 'reason', dispute.reason,
      'evidence_due_at', dispute.evidence_due_at
    )
  );
  insert into public.notifications (user_id, kind, title, data)
  select
    store_members.user_id, 'payment_disputed', v_title,
    jsonb_build_object(
      'dispute_id', dispute.id, 'order_id', dispute_shares.order_id, 'store_id', dispute_shares.store_id,
      'status', dispute.status, 'reason', dispute.reason, 'amount', dispute_shares.amount, 'currency', dispute.currency,
      'evidence_due_at', dispute.evidence_due_at
    )
  from public.dispute_shares
  join public.store_members
    on store_members.store_id = dispute_shares.store_id and store_members.role in ('owner', 'manager')
  where dispute_shares.dispute_id = dispute.id;
end;
$$;
comment on function private.tell_of_dispute(public.disputes) is
  'Tells the platform''s admins, and the owners and managers of the stores concerned, how a dispute stands.';
