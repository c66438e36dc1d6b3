create or replace function private.apply_intent(fact jsonb) returns jsonb
language plpgsql volatile
security definer -- nobody holds a write grant on payments
set search_path = ''
as $$
declare
  v_intent_id text := fact ->> 'intent_id';
  v_status text := case fact ->> 'status' when 'requires_payment_method' then 'failed' else fact ->> 'status' end;
  v_payment public.payments;
  v_refund_ids uuid[] := '{}';
begin
  select * into v_payment from public.payments where payments.provider_payment_id = v_intent_id;
  if v_payment.id is null then
    select * into v_payment from public.payments
    where payments.id = (fact ->> 'payment_id')::uuid and payments.provider = 'stripe';
  end if;
  if v_payment.id is null then
    return jsonb_build_object('outcome', 'ignored');
  end if;

  -- From the whole to the part; then read again what we now hold.
  perform private.lock_checkout(v_payment.checkout_id);
  select * into v_payment from public.payments where payments.id = v_payment.id for no key update;
  if (fact ->> 'payment_id')::uuid <> v_payment.id
    or (fact ->> 'checkout_id')::uuid <> v_payment.checkout_id
    or v_payment.provider_payment_id <> v_intent_id
    or upper(fact ->> 'currency') <> v_payment.currency
    or (fact ->> 'amount')::bigint <> v_payment.amount
    or (v_status = 'succeeded' and (fact ->> 'amount_received')::bigint is distinct from v_payment.amount)
  then
    -- An earlier attempt that was given up is no contradiction, as long as no money moved.
    if v_status in ('canceled', 'failed') then
      return jsonb_build_object('outcome', 'ignored');
    end if;
    return jsonb_build_object('outcome', 'mismatch');
  end if;
  -- `succeeded` wins over everything and never goes back, whatever arrives after it; a given-up payment stays given up.
  if v_payment.status = 'succeeded'
    or (v_payment.status = v_status and v_payment.provider_payment_id is not null and v_status <> 'failed')
    or (v_payment.status = 'canceled' and v_status <> 'succeeded')
  then
    return jsonb_build_object('outcome', 'ignored');
  end if;

  update public.payments
  set status = v_status,
    provider_payment_id = v_intent_id,
    captured_amount = case when v_status = 'succeeded' then payments.amount else 0 end,
    charge_id = coalesce(fact ->> 'charge_id', payments.charge_id),
    failure_code = case when v_status = 'failed' then fact ->> 'failure_code' end,
    failure_message = case when v_status = 'failed' then fact ->> 'failure_message' end
  where payments.id = v_payment.id;

  if v_status = 'succeeded' then
    v_refund_ids := private.settle_checkout(v_payment.checkout_id);
  elsif v_status = 'failed' and v_payment.user_id is not null then
    insert into public.notifications (user_id, kind, title, body, data)
    values (
      v_payment.user_id, 'payment_failed', 'Your payment did not go through', left(fact ->> 'failure_message', 500),
      jsonb_build_object('checkout_id', v_payment.checkout_id, 'payment_id', v_payment.id)
    );
    insert into private.outbox (template, user_id, payload)
    values ('payment_failed', v_payment.user_id, jsonb_build_object('checkout_id', v_payment.checkout_id, 'payment_id', v_payment.id));
  end if;
  return jsonb_build_object('outcome', 'applied', 'refund_ids', to_jsonb(v_refund_ids));
end;
$$;
comment on function private.apply_intent(jsonb) is 'Takes what an event says about a payment. Returns {outcome, refund_ids}.';
