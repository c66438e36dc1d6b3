-- What the provider answered to a refund, whether it came back to our request or as an event. The promise made by
-- decide_refund becomes money that went back, or ends. Whoever calls this brings the ledger up to it at the end.
create or replace function private.settle_refund(
  refund_id uuid, provider_refund_id text, status text, failure text
) returns jsonb
language plpgsql volatile
security definer -- nobody holds a write grant on refunds
set search_path = ''
as $$
declare
  v_refund public.refunds;
begin
  if settle_refund.status is null
    or settle_refund.status not in ('pending', 'requires_action', 'succeeded', 'failed', 'canceled')
  then
    raise sqlstate 'PT422' using
      message = 'A provider''s refund has no such status.', detail = 'invalid_status';
  end if;
  select * into v_refund from public.refunds where refunds.id = settle_refund.refund_id;
  if not found then
    raise sqlstate 'PT404' using
      message = 'That refund does not exist.', detail = 'refund_not_found';
  end if;

  -- Locks from the whole to its parts, like everybody who moves a refund: checkout, orders, payment, refund.
  perform private.lock_checkout(payments.checkout_id) from public.payments where payments.id = v_refund.payment_id;
  perform from public.payments where payments.id = v_refund.payment_id for no key update;
  update public.refunds
  set provider_refund_id = coalesce(refunds.provider_refund_id, settle_refund.provider_refund_id),
    status = case
      when refunds.status = 'approved' and settle_refund.provider_refund_id is not null then 'processing'
      else refunds.status
    end
  where refunds.id = settle_refund.refund_id and refunds.status not in ('requested', 'rejected');
  if settle_refund.status = 'succeeded' then
    perform private.finish_refund(settle_refund.refund_id, true, null);
  elsif settle_refund.status in ('failed', 'canceled') then
    perform private.finish_refund(settle_refund.refund_id, false, settle_refund.failure);
  end if;
  return (
    select jsonb_build_object('refund_id', refunds.id, 'status', refunds.status)
    from public.refunds
    where refunds.id = settle_refund.refund_id
  );
end;
$$;
comment on function private.settle_refund(uuid, text, text, text) is
  'Takes the provider''s answer to a refund. Errors: refund_not_found, invalid_status.';
