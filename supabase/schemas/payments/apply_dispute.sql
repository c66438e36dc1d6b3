-- A dispute moves money that we cannot hold: the bank takes it first and decides later. Its course is recorded as
-- far as it is told, and only its end (lost) is booked.
create or replace function private.apply_dispute(fact jsonb) returns jsonb
language plpgsql volatile
security definer -- nobody holds a write grant on disputes
set search_path = ''
as $$
declare
  -- The course of a dispute. Events may come in any order and may be missing: a status is taken when it is later than
  -- the known one.
  v_course text[] := array[
    'warning_needs_response', 'warning_under_review', 'needs_response', 'under_review',
    'warning_closed', 'prevented', 'lost', 'won'
  ];
  v_status text := apply_dispute.fact ->> 'status';
  v_amount bigint := (apply_dispute.fact ->> 'amount')::bigint;
  v_payment public.payments;
  v_known public.disputes;
  v_dispute public.disputes;
begin
  select * into v_payment from public.payments where payments.provider_payment_id = apply_dispute.fact ->> 'intent_id';
  if v_payment.id is null then
    return jsonb_build_object('outcome', 'mismatch');
  end if;
  perform private.lock_checkout(v_payment.checkout_id);
  select * into v_payment from public.payments where payments.id = v_payment.id for no key update;
  if v_payment.status <> 'succeeded' then
    raise sqlstate 'PT409' using
      message = 'The payment''s success is not known yet.', detail = 'payment_not_captured',
      hint = 'Deliver this event again later.';
  end if;
  select * into v_known
  from public.disputes
  where disputes.provider_dispute_id = apply_dispute.fact ->> 'dispute_id'
  for no key update;
  if apply_dispute.fact ->> 'dispute_id' is null
    or v_known.payment_id <> v_payment.id
    or upper(apply_dispute.fact ->> 'currency') is distinct from v_payment.currency
    or array_position(v_course, v_status) is null
    or coalesce(v_amount, 0) < 1
  then
    return jsonb_build_object('outcome', 'mismatch');
  end if;
  if array_position(v_course, v_status) <= array_position(v_course, v_known.status) then
    return jsonb_build_object('outcome', 'ignored');
  end if;

  if v_status = 'lost' then
    -- The bank takes what it announced, but no more than is left: refunds may have become known since.
    perform private.cap_shares(v_payment.id);
  end if;
  insert into public.disputes (
    payment_id, provider_dispute_id, status, currency, amount, excess_amount, fee_amount, reason, evidence_due_at,
    closed_at
  )
  values (
    v_payment.id, apply_dispute.fact ->> 'dispute_id', v_status, v_payment.currency, v_amount,
    v_amount - (select coalesce(sum(shares.amount), 0) from private.shares_of_payment(v_payment, v_amount) as shares),
    coalesce((apply_dispute.fact ->> 'fee_amount')::bigint, 0), coalesce(apply_dispute.fact ->> 'reason', 'general'),
    (apply_dispute.fact ->> 'evidence_due_at')::timestamptz,
    case when v_status in ('warning_closed', 'prevented', 'lost', 'won') then now() end
  )
  on conflict (provider_dispute_id) do update
  set status = excluded.status, evidence_due_at = excluded.evidence_due_at, closed_at = excluded.closed_at,
    fee_amount = greatest(disputes.fee_amount, excluded.fee_amount)
  returning * into v_dispute;
  if v_known.id is null then
    insert into public.dispute_shares (dispute_id, order_id, store_id, status, reason, currency, amount)
    select v_dispute.id, shares.order_id, shares.store_id, v_status, v_dispute.reason, v_dispute.currency, shares.amount
    from private.shares_of_payment(v_payment, v_amount) as shares
    where shares.order_id is not null;
  else
    update public.dispute_shares set status = v_status where dispute_shares.dispute_id = v_dispute.id;
  end if;

  if v_status = 'lost' then
    perform private.lose_dispute(v_dispute);
  elsif v_known.status = 'lost' then
    -- The bank has decided otherwise after all: what it took is back.
    perform private.finish_refund(refunds.id, false, 'dispute_won')
    from public.refunds
    where refunds.provider_refund_id = v_dispute.provider_dispute_id and refunds.status = 'succeeded';
  end if;
  select * into v_dispute from public.disputes where disputes.id = v_dispute.id;
  -- Locked before the first of several postings, as whoever changes what stores are owed does.
  perform private.lock_store_accounts(array(
    select earnings.id from private.earnings where earnings.payment_id = v_payment.id
  ));
  perform private.post_dispute(v_dispute);
  perform private.post_refunds(array[v_payment.checkout_id]);
  -- That the bank has begun to work on a known dispute is told to nobody.
  if v_known.id is null or v_dispute.closed_at is not null or v_known.status like 'warning%' then
    perform private.tell_of_dispute(v_dispute);
  end if;
  return jsonb_build_object('outcome', 'applied');
end;
$$;
comment on function private.apply_dispute(jsonb) is
  'Takes what an event says about a dispute: recorded, shared out over the orders of its payment, and, once lost, '
  'taken from them. Returns {outcome}. Errors: payment_not_captured.';
