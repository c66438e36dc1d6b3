-- What a checkout costs is told by the database, never by a client, and the payment at the provider is made for
-- exactly that. Asked again, it names the same payment, so a customer with two tabs pays once.
create or replace function private.prepare_payment(checkout_id uuid) returns jsonb
language plpgsql volatile
security definer -- clients hold no write grant on payments
set search_path = ''
as $$
declare
  v_user_id uuid := private.require_user();
  v_checkout public.checkouts;
  v_payment public.payments;
begin
  -- Cancelling and expiring take the same lock: either they see this payment, or this sees that they were first.
  select * into v_checkout from public.checkouts
  where checkouts.id = prepare_payment.checkout_id and checkouts.user_id = v_user_id
  for no key update;
  if not found then
    raise sqlstate 'PT404' using
      message = 'That checkout does not exist.', detail = 'checkout_not_found';
  end if;
  if v_checkout.payment_method <> 'card' then
    raise sqlstate 'PT409' using
      message = 'This checkout is paid in cash.', detail = 'payment_not_by_card';
  end if;

  select * into v_payment from public.payments
  where payments.checkout_id = v_checkout.id and payments.order_id is null
  for no key update;
  -- What is paid, or about to be (a bank debit takes days), is answered as it is: nobody pays twice.
  if v_checkout.status <> 'paid' and (
    v_checkout.status <> 'pending'
    or (v_checkout.expires_at <= now() and v_payment.status is distinct from 'processing')
  ) then
    raise sqlstate 'PT409' using
      message = 'This checkout cannot be paid any more.', detail = 'checkout_not_payable', hint = 'Check out again.';
  end if;

  if v_payment.id is null then
    insert into public.payments (checkout_id, user_id, provider, currency, amount)
    values (v_checkout.id, v_user_id, 'stripe', v_checkout.currency, v_checkout.total_amount)
    returning * into v_payment;
  elsif v_payment.status = 'canceled' then
    update public.payments
    set attempt = payments.attempt + 1, provider_payment_id = null, status = 'pending', failure_code = null,
      failure_message = null, next_check_at = now() + interval '2 minutes'
    where payments.id = v_payment.id
    returning * into v_payment;
  end if;
  return jsonb_build_object(
    'payment_id', v_payment.id,
    'checkout_id', v_checkout.id,
    'attempt', v_payment.attempt,
    'amount', v_payment.amount,
    'currency', v_payment.currency,
    'status', v_payment.status,
    'provider_intent_id', v_payment.provider_payment_id,
    'receipt_email', (select profiles.email from public.profiles where profiles.id = v_user_id),
    'description', coalesce(
      (
        select 'Order at ' || string_agg(stores.name, ', ' order by stores.name)
        from public.orders
        join public.stores on stores.id = orders.store_id
        where orders.checkout_id = v_checkout.id
      ),
      (
        select 'Appointment at ' || stores.name
        from public.bookings
        join public.stores on stores.id = bookings.store_id
        where bookings.checkout_id = v_checkout.id
      )
    )
  );
end;
$$;
comment on function private.prepare_payment(uuid) is 'See public.prepare_payment.';
grant execute on function private.prepare_payment(uuid) to anon, authenticated;

create or replace function public.prepare_payment(checkout_id uuid) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select private.prepare_payment(prepare_payment.checkout_id); $$;
comment on function public.prepare_payment(uuid) is
  'For the function payments: what a pending card checkout of the caller has to pay, and the provider''s payment '
  'made for it so far. Amounts come from here, never from a client. Errors: not_signed_in, account_required, '
  'session_revoked, checkout_not_found, payment_not_by_card, checkout_not_payable.';
grant execute on function public.prepare_payment(uuid) to anon, authenticated;
