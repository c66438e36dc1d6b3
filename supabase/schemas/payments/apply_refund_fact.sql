create or replace function private.apply_refund_fact(fact jsonb) returns jsonb
language plpgsql volatile
security definer -- nobody holds a write grant on refunds
set search_path = ''
as $$
declare
  v_refund public.refunds;
  v_payment public.payments;
  v_order public.orders;
  v_amount bigint := (fact ->> 'amount')::bigint;
  v_other uuid;
begin
  select * into v_refund from public.refunds where refunds.provider_refund_id = fact ->> 'provider_refund_id';
  if v_refund.id is null then
    select * into v_refund from public.refunds where refunds.id = (fact ->> 'refund_id')::uuid;
  end if;

  if v_refund.id is null then
    -- Made by somebody at the provider's dashboard.
    select * into v_payment from public.payments where payments.provider_payment_id = fact ->> 'intent_id';
    if v_payment.id is null or fact ->> 'status' in ('failed', 'canceled') then
      return jsonb_build_object('outcome', 'ignored');
    end if;
    perform private.lock_checkout(v_payment.checkout_id);
    select * into v_payment from public.payments where payments.id = v_payment.id for no key update;
    if upper(fact ->> 'currency') <> v_payment.currency then
      return jsonb_build_object('outcome', 'mismatch');
    end if;
    if v_payment.status <> 'succeeded' then
      raise sqlstate 'PT409' using
        message = 'The payment''s success is not known yet.', detail = 'payment_not_captured', hint = 'Deliver this event again later.';
    end if;
    -- What they gave back is gone: our own refunds that were not sent yet make room for it.
    for v_other in
      select refunds.id from public.refunds
      where refunds.payment_id = v_payment.id and refunds.status = 'approved'
      order by refunds.id desc
    loop
      exit when v_amount <= v_payment.captured_amount - v_payment.refunded_amount - v_payment.refunding_amount;
      perform private.finish_refund(v_other, false, 'superseded by a refund made at the provider');
      select * into v_payment from public.payments where payments.id = v_payment.id;
    end loop;
    if v_amount > v_payment.captured_amount - v_payment.refunded_amount - v_payment.refunding_amount or v_amount < 1 then
      return jsonb_build_object('outcome', 'mismatch');
    end if;

    -- Whose order it was for is certain only when the checkout has a single one.
    if (select count(*) from public.orders where orders.checkout_id = v_payment.checkout_id) = 1 then
      select * into v_order from public.orders
      where orders.checkout_id = v_payment.checkout_id
        and orders.payment_status <> 'unpaid'
        and orders.total_amount - orders.refunded_amount - orders.refunding_amount >= v_amount;
    else
      perform private.raise_alert(
        'refund_unassigned',
        format('A refund of %s %s was made at the provider for a checkout with several orders.', v_amount, v_payment.currency),
        jsonb_build_object('checkout_id', v_payment.checkout_id, 'provider_refund_id', fact ->> 'provider_refund_id')
      );
    end if;
    update public.payments set refunding_amount = payments.refunding_amount + v_amount where payments.id = v_payment.id;
    update public.orders set refunding_amount = orders.refunding_amount + v_amount where orders.id = v_order.id;
    insert into public.refunds (
      payment_id, order_id, store_id, customer_id, origin, status, currency, amount, provider_refund_id, decided_at
    )
    values (
      v_payment.id, v_order.id, v_order.store_id, v_payment.user_id, 'provider', 'processing', v_payment.currency, v_amount,
      fact ->> 'provider_refund_id', now()
    )
    returning * into v_refund;
  else
    select * into v_payment from public.payments where payments.id = v_refund.payment_id;
    if v_refund.payment_id is null
      or v_amount <> v_refund.amount
      or upper(fact ->> 'currency') <> v_refund.currency
      or fact ->> 'intent_id' <> v_payment.provider_payment_id
    then
      return jsonb_build_object('outcome', 'mismatch');
    end if;
  end if;

  perform private.attach_refund(v_refund.id, fact ->> 'provider_refund_id', fact ->> 'status', fact ->> 'failure_reason');
  if v_refund.status = (select refunds.status from public.refunds where refunds.id = v_refund.id) and v_refund.origin <> 'provider' then
    return jsonb_build_object('outcome', 'ignored');
  end if;
  return jsonb_build_object('outcome', 'applied');
end;
$$;
comment on function private.apply_refund_fact(jsonb) is
  'Takes what an event says about a refund, also of one made at the provider''s dashboard. Returns {outcome}. Errors: payment_not_captured.';
