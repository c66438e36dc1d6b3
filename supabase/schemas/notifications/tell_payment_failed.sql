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
  v_is_booking boolean := exists (
    select from public.bookings where bookings.checkout_id = tell_payment_failed.payment.checkout_id
  );
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
      format(
        case
          when v_reserved_until is not null then 'Nothing was charged, and %1$s still kept for you: pay again.'
          else 'Nothing was charged, and the %2$s is not waiting for it any more.'
        end,
        case when v_is_booking then 'your time is' else 'your items are' end,
        case when v_is_booking then 'appointment' else 'order' end
      )
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
      'code', tell_payment_failed.payment.failure_code, 'reason', v_reason, 'reserved_until', v_reserved_until
    )
  );
end;
$$;
comment on function private.tell_payment_failed(public.payments) is
  'Tells a customer why a payment failed and whether the items, or the time, are still kept, as it is now.';
