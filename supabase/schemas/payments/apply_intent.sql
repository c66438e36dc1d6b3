-- Events arrive in any order, so what one says is compared with what is known: a success is never taken back, a
-- payment that was given up stays so, and what contradicts our records changes nothing and is shown to a person.
create or replace function private.apply_intent(fact jsonb, occurred_at timestamptz) returns jsonb
language plpgsql volatile
security definer -- nobody holds a write grant on payments
set search_path = ''
as $$
declare
  v_intent_id text := apply_intent.fact ->> 'intent_id';
  v_status text := case apply_intent.fact ->> 'status'
    when 'requires_payment_method' then 'failed'
    else apply_intent.fact ->> 'status'
  end;
  v_payment public.payments;
  v_was_under_way boolean;
  v_told_failure text;
  v_refund_ids uuid[] := '{}';
begin
  select * into v_payment from public.payments where payments.provider_payment_id = v_intent_id;
  if v_payment.id is null then
    select * into v_payment from public.payments
    where payments.id = (apply_intent.fact ->> 'payment_id')::uuid and payments.provider = 'stripe';
  end if;
  if v_payment.id is null then
    return jsonb_build_object('outcome', 'ignored');
  end if;

  -- A failure may end the checkout and put its lines back into the customer's cart; a late success takes them out
  -- of it again. Carts are locked before checkouts, so this one is locked whatever the event says.
  perform private.lock_carts_of(array[v_payment.user_id]);
  -- Locks from the whole to its parts; then what was read before the lock is read again.
  perform private.lock_checkout(v_payment.checkout_id);
  select * into v_payment from public.payments where payments.id = v_payment.id for no key update;
  if (apply_intent.fact ->> 'payment_id')::uuid <> v_payment.id
    or (apply_intent.fact ->> 'checkout_id')::uuid <> v_payment.checkout_id
    or v_payment.provider_payment_id <> v_intent_id
    or upper(apply_intent.fact ->> 'currency') <> v_payment.currency
    or (apply_intent.fact ->> 'amount')::bigint <> v_payment.amount
    or (v_status = 'succeeded' and (apply_intent.fact ->> 'amount_received')::bigint is distinct from v_payment.amount)
  then
    -- An event about an earlier attempt that was given up does not fit this one, and need not: no money moved.
    if v_status in ('canceled', 'failed') then
      return jsonb_build_object('outcome', 'ignored');
    end if;
    return jsonb_build_object('outcome', 'mismatch');
  end if;
  -- A success is final, whatever arrives after it; a payment that was given up can only still succeed.
  if v_payment.status = 'succeeded'
    or (
      v_payment.status = v_status and v_payment.provider_payment_id is not null
      and (v_status <> 'failed' or v_payment.told_failure = private.payment_failure_key(apply_intent.fact))
    )
    or (v_payment.status = 'canceled' and v_status <> 'succeeded')
  then
    return jsonb_build_object('outcome', 'ignored');
  end if;
  if private.is_stale(v_payment, v_status, apply_intent.fact ->> 'charge_id', apply_intent.occurred_at) then
    return jsonb_build_object('outcome', 'ignored');
  end if;

  v_told_failure := v_payment.told_failure;
  v_was_under_way := v_payment.status = 'processing';
  update public.payments
  set status = v_status,
    told_failure = case
      when v_status = 'failed' then private.payment_failure_key(apply_intent.fact)
      else payments.told_failure
    end,
    reported_at = greatest(payments.reported_at, apply_intent.occurred_at),
    provider_payment_id = v_intent_id,
    captured_amount = case when v_status = 'succeeded' then payments.amount else 0 end,
    charge_id = coalesce(apply_intent.fact ->> 'charge_id', payments.charge_id),
    failure_code = case when v_status = 'failed' then apply_intent.fact ->> 'failure_code' end,
    failure_message = case when v_status = 'failed' then apply_intent.fact ->> 'failure_message' end
  where payments.id = v_payment.id
  returning * into v_payment;

  if v_status = 'processing' or (v_was_under_way and v_status <> 'succeeded') then
    perform private.keep_hold(v_payment.checkout_id, v_status = 'processing');
  end if;
  if v_status in ('failed', 'canceled') then
    -- A bank debit that failed when the time of its checkout was over already leaves none for another try.
    perform private.end_overdue_checkouts(array[v_payment.checkout_id]);
  end if;
  if v_status = 'succeeded' then
    v_refund_ids := private.settle_checkout(v_payment.checkout_id);
  elsif v_status = 'failed' and v_payment.told_failure is distinct from v_told_failure then
    perform private.tell_payment_failed(v_payment);
  end if;
  return jsonb_build_object('outcome', 'applied', 'refund_ids', to_jsonb(v_refund_ids));
end;
$$;
comment on function private.apply_intent(jsonb, timestamptz) is
  'Takes what an event says about a payment. Returns {outcome, refund_ids}.';
