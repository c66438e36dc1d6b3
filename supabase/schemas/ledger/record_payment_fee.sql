-- What the provider keeps is known only after the payment; a job asks for it. The marketplace bears it.
create or replace function private.record_payment_fee(payment_id uuid, fee_amount bigint) returns jsonb
language plpgsql volatile
security definer -- nobody holds a grant on the ledger
set search_path = ''
as $$
declare
  v_payment public.payments;
begin
  select * into v_payment from public.payments where payments.id = record_payment_fee.payment_id for no key update;
  if not found then
    raise sqlstate 'PT404' using
      message = 'That payment does not exist.', detail = 'payment_not_found';
  end if;
  if v_payment.status <> 'succeeded' or v_payment.provider <> 'stripe' then
    raise sqlstate 'PT409' using
      message = 'There is no card payment that could have a fee.', detail = 'payment_not_captured';
  end if;
  if record_payment_fee.fee_amount is null or record_payment_fee.fee_amount not between 0 and v_payment.amount then
    raise sqlstate 'PT422' using
      message = 'A fee is a part of the payment.', detail = 'invalid_amount';
  end if;
  if v_payment.fee_amount is null then
    update public.payments set fee_amount = record_payment_fee.fee_amount where payments.id = v_payment.id
    returning * into v_payment;
    perform private.post(array[
      ('fee', v_payment.id, 0, null, 'fees', null, v_payment.currency, v_payment.fee_amount, null),
      ('fee', v_payment.id, 0, null, 'provider', null, v_payment.currency, -v_payment.fee_amount, null)
    ]::private.ledger_draft[]);
  end if;
  return jsonb_build_object('payment_id', v_payment.id, 'fee_amount', v_payment.fee_amount);
end;
$$;
comment on function private.record_payment_fee(uuid, bigint) is 'See public.record_payment_fee.';
grant execute on function private.record_payment_fee(uuid, bigint) to service_role;

create or replace function public.record_payment_fee(payment_id uuid, fee_amount bigint) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select private.record_payment_fee(record_payment_fee.payment_id, record_payment_fee.fee_amount); $$;
comment on function public.record_payment_fee(uuid, bigint) is
  'Service only. What the provider kept for a card payment, in minor units; the first answer stands. Returns '
  '{payment_id, fee_amount}. Errors: payment_not_found, payment_not_captured, invalid_amount.';
grant execute on function public.record_payment_fee(uuid, bigint) to service_role;
