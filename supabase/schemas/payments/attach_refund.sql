-- The function payments asks the provider for a refund, and writes down here what it said.
create or replace function private.attach_refund(
  refund_id uuid, provider_refund_id text, status text, failure text
) returns jsonb
language plpgsql volatile
security definer -- nobody holds a write grant on refunds
set search_path = ''
as $$
declare
  v_answer jsonb := private.settle_refund(
    attach_refund.refund_id, attach_refund.provider_refund_id, attach_refund.status, attach_refund.failure
  );
begin
  perform private.post_refunds(array[payments.checkout_id])
  from public.refunds
  join public.payments on payments.id = refunds.payment_id
  where refunds.id = attach_refund.refund_id;
  return v_answer;
end;
$$;
comment on function private.attach_refund(uuid, text, text, text) is 'See public.attach_refund.';
grant execute on function private.attach_refund(uuid, text, text, text) to service_role;

create or replace function public.attach_refund(
  refund_id uuid, provider_refund_id text, status text, failure text default null
) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$
  select private.attach_refund(
    attach_refund.refund_id, attach_refund.provider_refund_id, attach_refund.status, attach_refund.failure
  );
$$;
comment on function public.attach_refund(uuid, text, text, text) is
  'Service only. What the provider did with a refund; repeating it changes nothing, and `succeeded` is only ever '
  'left for `failed`. Errors: refund_not_found, invalid_status.';
grant execute on function public.attach_refund(uuid, text, text, text) to service_role;
