-- An event about a refund may be about one of ours, or about one that somebody made at the provider. Its metadata
-- can be typed by anyone, so only what fits one of our refunds in every respect is taken for it.
create or replace function private.apply_refund_fact(fact jsonb) returns jsonb
language plpgsql volatile
security definer -- nobody holds a write grant on refunds
set search_path = ''
as $$
declare
  v_provider_refund_id text := apply_refund_fact.fact ->> 'provider_refund_id';
  v_amount bigint := (apply_refund_fact.fact ->> 'amount')::bigint;
  v_payment public.payments;
  v_refund_ids uuid[];
  v_statuses text[];
  v_is_new boolean := false;
begin
  select * into v_payment from public.payments
  where payments.id = coalesce(
    (
      select refunds.payment_id from public.refunds
      where refunds.provider_refund_id = v_provider_refund_id
      limit 1
    ),
    (
      select named.id
      from public.payments as named
      where named.provider_payment_id = apply_refund_fact.fact ->> 'intent_id'
    )
  );
  if v_payment.id is null then
    return jsonb_build_object('outcome', 'ignored');
  end if;
  perform private.lock_checkout(v_payment.checkout_id);
  select * into v_payment from public.payments where payments.id = v_payment.id for no key update;
  if upper(apply_refund_fact.fact ->> 'currency') <> v_payment.currency
    or apply_refund_fact.fact ->> 'intent_id' <> v_payment.provider_payment_id
  then
    return jsonb_build_object('outcome', 'mismatch');
  end if;

  v_refund_ids := array(
    select refunds.id from public.refunds where refunds.provider_refund_id = v_provider_refund_id order by refunds.id
  );
  if v_refund_ids = '{}' then
    -- Perhaps one of ours, whose answer was lost on the way. Anyone can type its id into the metadata, so all else
    -- has to fit, too.
    v_refund_ids := array(
      select refunds.id from public.refunds
      where refunds.id = (apply_refund_fact.fact ->> 'refund_id')::uuid
        and refunds.payment_id = v_payment.id
        and refunds.provider_refund_id is null
        and refunds.amount = v_amount
        and refunds.status in ('approved', 'processing')
    );
  elsif v_amount <> (select sum(refunds.amount) from public.refunds where refunds.id = any (v_refund_ids)) then
    return jsonb_build_object('outcome', 'mismatch');
  end if;

  if v_refund_ids = '{}' then
    -- None of ours: somebody made it at the provider's dashboard.
    if apply_refund_fact.fact ->> 'status' in ('failed', 'canceled') then
      return jsonb_build_object('outcome', 'ignored');
    end if;
    if v_payment.status <> 'succeeded' then
      raise sqlstate 'PT409' using
        message = 'The payment''s success is not known yet.', detail = 'payment_not_captured',
        hint = 'Deliver this event again later.';
    end if;
    if v_amount < 1 or v_amount is distinct from (
      select sum(shares.amount) from private.shares_of_payment(v_payment, v_amount) as shares
    ) then
      return jsonb_build_object('outcome', 'mismatch');
    end if;
    v_is_new := true;
    v_refund_ids := array(
      select private.take_from_order(v_payment, shares.order_id, shares.amount, 'provider', v_provider_refund_id)
      from private.shares_of_payment(v_payment, v_amount) as shares
    );
    perform private.cap_shares(v_payment.id);
  end if;

  v_statuses := array(
    select refunds.status from public.refunds where refunds.id = any (v_refund_ids) order by refunds.id
  );
  perform private.settle_refund(
    refund.id, v_provider_refund_id, apply_refund_fact.fact ->> 'status',
    apply_refund_fact.fact ->> 'failure_reason'
  )
  from unnest(v_refund_ids) as refund (id);
  if exists (select from public.refunds where refunds.id = any (v_refund_ids) and refunds.origin = 'provider') then
    perform private.cancel_refunded_orders(v_payment.checkout_id);
  end if;
  perform private.post_refunds(array[v_payment.checkout_id]);
  if not v_is_new
    and v_statuses = array(
      select refunds.status from public.refunds where refunds.id = any (v_refund_ids) order by refunds.id
    )
  then
    return jsonb_build_object('outcome', 'ignored');
  end if;
  return jsonb_build_object('outcome', 'applied');
end;
$$;
comment on function private.apply_refund_fact(jsonb) is
  'Takes what an event says about a refund. One made at the provider''s dashboard is shared out over the orders of '
  'its payment, and an unsent order of which nothing is left is cancelled. Returns {outcome}. Errors: '
  'payment_not_captured.';
