create or replace function private.refund_facts(refund_id uuid) returns jsonb
language plpgsql stable
security definer -- reads refunds for callers that were checked before
set search_path = ''
as $$
declare
  v_refund public.refunds;
  v_payment public.payments;
begin
  select * into v_refund from public.refunds where refunds.id = refund_facts.refund_id;
  if v_refund.id is null then
    raise sqlstate 'PT404' using
      message = 'That refund does not exist.', detail = 'refund_not_found';
  end if;
  if v_refund.status in ('requested', 'rejected') then
    raise sqlstate 'PT409' using
      message = 'This refund is not approved.', detail = 'refund_not_approved';
  end if;
  select * into v_payment from public.payments where payments.id = v_refund.payment_id;
  if v_payment.status <> 'succeeded' or v_payment.provider <> 'stripe' then
    raise sqlstate 'PT409' using
      message = 'There is no card payment to refund.', detail = 'payment_not_captured';
  end if;
  if v_refund.status = 'approved' then
    perform private.require_undisputed(v_payment.id);
  end if;
  return jsonb_build_object(
    'refund_id', v_refund.id,
    'amount', v_refund.amount,
    'currency', v_refund.currency,
    'status', case v_refund.status
      when 'approved' then 'pending'
      when 'processing' then 'submitted'
      else v_refund.status
    end,
    'provider_intent_id', v_payment.provider_payment_id,
    'provider_refund_id', v_refund.provider_refund_id
  );
end;
$$;
comment on function private.refund_facts(uuid) is
  'What the provider must be told about a refund. Errors: refund_not_found, refund_not_approved, '
  'payment_not_captured, payment_disputed.';
grant execute on function private.refund_facts(uuid) to service_role;
