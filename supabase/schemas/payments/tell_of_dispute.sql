create or replace function private.tell_of_dispute(dispute public.disputes) returns void
language plpgsql volatile
security definer -- writes notifications and alerts, which no client may write
set search_path = ''
as $$
declare
  v_title text := case
    when tell_of_dispute.dispute.status = 'lost' then 'A disputed payment was lost'
    when tell_of_dispute.dispute.closed_at is not null then 'A disputed payment stays with you'
    when tell_of_dispute.dispute.status like 'warning%' then 'A bank asks about a payment'
    else 'A customer disputes a payment'
  end;
begin
  perform private.raise_alert(
    'payment_disputed',
    format(
      'Payment %s: dispute %s over %s %s (%s) is %s.',
      tell_of_dispute.dispute.payment_id, tell_of_dispute.dispute.provider_dispute_id, tell_of_dispute.dispute.amount,
      tell_of_dispute.dispute.currency, tell_of_dispute.dispute.reason, tell_of_dispute.dispute.status
    ),
    jsonb_build_object(
      'dispute_id', tell_of_dispute.dispute.id, 'payment_id', tell_of_dispute.dispute.payment_id,
      'provider_dispute_id', tell_of_dispute.dispute.provider_dispute_id,
      'status', tell_of_dispute.dispute.status, 'amount', tell_of_dispute.dispute.amount,
      'currency', tell_of_dispute.dispute.currency, 'reason', tell_of_dispute.dispute.reason,
      'evidence_due_at', tell_of_dispute.dispute.evidence_due_at
    )
  );
  insert into public.notifications (user_id, kind, title, data)
  select
    store_members.user_id, 'payment_disputed', v_title,
    jsonb_build_object(
      'dispute_id', tell_of_dispute.dispute.id, 'order_id', dispute_shares.order_id,
      'store_id', dispute_shares.store_id,
      'status', tell_of_dispute.dispute.status, 'reason', tell_of_dispute.dispute.reason,
      'amount', dispute_shares.amount, 'currency', tell_of_dispute.dispute.currency,
      'evidence_due_at', tell_of_dispute.dispute.evidence_due_at
    )
  from public.dispute_shares
  join public.store_members
    on store_members.store_id = dispute_shares.store_id and store_members.role in ('owner', 'manager')
  where dispute_shares.dispute_id = tell_of_dispute.dispute.id;
end;
$$;
comment on function private.tell_of_dispute(public.disputes) is
  'Tells the platform''s admins, and the owners and managers of the stores concerned, how a dispute stands.';
