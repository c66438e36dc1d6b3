-- What a customer is told about a card payment that did not go through, and about one that came when the order was over.
alter table public.payments add column told_failure text;
comment on column public.payments.told_failure is
  'Which failed try the customer was told of last: its charge and code. Reported again, by an event or by the job, '
  'it is not told again.';

create function private.payment_failure_key(fact jsonb) returns text
language plpgsql immutable
set search_path = ''
as $$
begin
  return concat_ws(' ', fact ->> 'charge_id', fact ->> 'failure_code', fact ->> 'failed_method_id');
end;
$$;
comment on function private.payment_failure_key(jsonb) is 'What tells one failed try of a payment from the next.';

create function private.payment_failure_words(code text, message text) returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return coalesce(
    left(message, 500),
    case code
      when 'payment_intent_authentication_failure' then 'Your bank could not confirm that it was you who paid.'
      when 'authentication_required' then 'Your bank wants you to confirm the payment.'
      else 'The payment could not be completed.'
    end
  );
end;
$$;
comment on function private.payment_failure_words(text, text) is
  'Why a payment failed: what the provider wrote for the card''s holder, else a sentence of our own.';

create function private.tell_payment_failed(payment public.payments) returns void
language plpgsql volatile
security definer -- writes notifications and the outbox, which no client may write
set search_path = ''
as $$
declare
  v_checkout public.checkouts;
  v_reason text := private.payment_failure_words(payment.failure_code, payment.failure_message);
  v_reserved_until timestamptz;
begin
  if payment.user_id is null then
    return;
  end if;
  select * into v_checkout from public.checkouts where checkouts.id = payment.checkout_id;
  if v_checkout.status = 'pending' and v_checkout.expires_at > now() then
    v_reserved_until := v_checkout.expires_at;
  end if;
  insert into public.notifications (user_id, kind, title, body, data)
  values (
    payment.user_id, 'payment_failed', 'Your payment did not go through',
    concat_ws(
      ' ', v_reason,
      case
        when v_reserved_until is not null then 'Nothing was charged, and your items are still kept for you: pay again.'
        else 'Nothing was charged, and the order is not waiting for it any more.'
      end
    ),
    jsonb_build_object('checkout_id', payment.checkout_id, 'payment_id', payment.id, 'reserved_until', v_reserved_until)
  );
  insert into private.outbox (template, user_id, payload)
  values (
    'payment_failed', payment.user_id,
    jsonb_build_object(
      'checkout_id', payment.checkout_id, 'payment_id', payment.id, 'reason', v_reason, 'reserved_until', v_reserved_until
    )
  );
end;
$$;
comment on function private.tell_payment_failed(public.payments) is
  'Tells a customer why a payment failed and whether the items are still kept, as it is now.';

create function private.tell_late_payment(checkout public.checkouts, refund_id uuid) returns void
language plpgsql volatile
security definer -- writes notifications and the outbox, which no client may write
set search_path = ''
as $$
declare
  v_cause text := case
    when checkout.status <> 'expired' then 'cancelled'
    when exists (
      select from public.order_lines
      join public.orders on orders.id = order_lines.order_id
      join public.stock_levels on stock_levels.variant_id = order_lines.variant_id
      where orders.checkout_id = checkout.id and stock_levels.on_hand - stock_levels.reserved < order_lines.quantity
    ) then 'sold_out'
    else 'coupon_used_up'
  end;
begin
  if checkout.user_id is null then
    return;
  end if;
  insert into public.notifications (user_id, kind, title, body, data)
  values (
    checkout.user_id, 'payment_refunded_late', 'Your payment came too late and goes back to you',
    case v_cause
      when 'cancelled' then 'It reached us after the order had been cancelled.'
      when 'sold_out' then 'It reached us after the reservation had ended, and the items were gone.'
      else 'It reached us after the reservation had ended, and the coupon on the order had been used up.'
    end,
    jsonb_build_object('checkout_id', checkout.id, 'refund_id', refund_id, 'cause', v_cause)
  );
  insert into private.outbox (template, user_id, payload)
  values (
    'payment_refunded_late', checkout.user_id,
    jsonb_build_object('checkout_id', checkout.id, 'refund_id', refund_id, 'cause', v_cause)
  );
end;
$$;
comment on function private.tell_late_payment(public.checkouts, uuid) is
  'Tells a customer that a payment goes back, and why: the checkout is given as it was when the payment arrived.';
