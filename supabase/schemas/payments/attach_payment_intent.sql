-- The function payments first asks here what to charge, then makes the payment at the provider, then writes down
-- its id. Of two payments that were made for one attempt only the first counts; whoever comes second is told so.
create or replace function private.attach_payment_intent(
  payment_id uuid, attempt integer, provider_intent_id text
) returns jsonb
language plpgsql volatile
security definer -- nobody holds a write grant on payments
set search_path = ''
as $$
declare
  v_payment public.payments;
begin
  select * into v_payment from public.payments where payments.id = attach_payment_intent.payment_id for no key update;
  if not found then
    raise sqlstate 'PT404' using
      message = 'That payment does not exist.', detail = 'payment_not_found';
  end if;
  if v_payment.attempt <> attach_payment_intent.attempt
    or v_payment.provider_payment_id <> attach_payment_intent.provider_intent_id
  then
    raise sqlstate 'PT409' using
      message = 'Another payment stands there for this attempt.', detail = 'payment_intent_conflict';
  end if;
  if v_payment.provider_payment_id is null then
    begin
      update public.payments
      set provider_payment_id = attach_payment_intent.provider_intent_id
      where payments.id = v_payment.id;
    exception when unique_violation then
      raise sqlstate 'PT409' using
        message = 'That payment of the provider stands for another one here.', detail = 'payment_intent_conflict';
    end;
  end if;
  return jsonb_build_object('payment_id', v_payment.id, 'provider_intent_id', attach_payment_intent.provider_intent_id);
end;
$$;
comment on function private.attach_payment_intent(uuid, integer, text) is 'See public.attach_payment_intent.';
grant execute on function private.attach_payment_intent(uuid, integer, text) to service_role;

create or replace function public.attach_payment_intent(
  payment_id uuid, attempt integer, provider_intent_id text
) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$
  select private.attach_payment_intent(
    attach_payment_intent.payment_id, attach_payment_intent.attempt, attach_payment_intent.provider_intent_id
  );
$$;
comment on function public.attach_payment_intent(uuid, integer, text) is
  'Service only. Remembers which of the provider''s payments stands for an attempt; repeating it changes nothing. '
  'Errors: payment_not_found, payment_intent_conflict.';
grant execute on function public.attach_payment_intent(uuid, integer, text) to service_role;
