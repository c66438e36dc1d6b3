create or replace function private.tell_payment_failed(payment public.payments) returns void
language plpgsql volatile
security definer -- writes notifications and the outbox, which no client may write
set search_path = ''
as $$
declare
  v_checkout public.checkouts;
  v_reason text := private.payment_failure_words(
    tell_payment_failed.payment.failure_code, tell_payment_failed.payment.failure_message
  );
  v_reserved_until timestamptz;
begin
  if tell_payment_failed.payment.user_id is null then
    return;
  end if;
  select * into v_checkout from public.checkouts where checkouts.id = tell_payment_failed.payment.checkout_id;
  if v_checkout.status = 'pending' and v_checkout.expires_at > now() then
    v_reserved_until := v_checkout.expires_at;
  end if;
  insert into public.notifications (user_id, kind, title, body, data)
  values (
    tell_payment_failed.payment.user_id, 'payment_failed', 'Your payment did not go through',
    concat_ws(
      ' ', v_reason,
      case
        when v_reserved_until is not null then 'Nothing was charged, and your items are still kept for you: pay again.'
        else 'Nothing was charged, and the order is not waiting for it any more.'
      end
    ),
    jsonb_build_object(
      'checkout_id', tell_payment_failed.payment.checkout_id, 'payment_id', tell_payment_failed.payment.id,
      'reserved_until', v_reserved_until
    )
  );
  insert into private.outbox (template, user_id, payload)
  values (
    'payment_failed', tell_payment_failed.payment.user_id,
    jsonb_build_object(
      'checkout_id', tell_payment_failed.payment.checkout_id, 'payment_id', tell_payment_failed.payment.id,
      'reason', v_reason, 'reserved_until', v_reserved_until
    )
  );
end;
$$;
comment on function private.tell_payment_failed(public.payments) is
  'Tells a customer why a payment failed and whether the items are still kept, as it is now.';
