create or replace function private.tell_late_payment(checkout public.checkouts, refund_id uuid) returns void
language plpgsql volatile
security definer -- writes notifications and the outbox, which no client may write
set search_path = ''
as $$
declare
  v_cause text := case
    when tell_late_payment.checkout.status <> 'expired' then 'cancelled'
    when exists (
      select from public.order_lines
      join public.orders on orders.id = order_lines.order_id
      join public.stock_levels on stock_levels.variant_id = order_lines.variant_id
      where orders.checkout_id = tell_late_payment.checkout.id
        and stock_levels.on_hand - stock_levels.reserved < order_lines.quantity
    ) then 'sold_out'
    else 'coupon_used_up'
  end;
begin
  if tell_late_payment.checkout.user_id is null then
    return;
  end if;
  insert into public.notifications (user_id, kind, title, body, data)
  values (
    tell_late_payment.checkout.user_id, 'payment_refunded_late', 'Your payment came too late and goes back to you',
    case v_cause
      when 'cancelled' then 'It reached us after the order had been cancelled.'
      when 'sold_out' then 'It reached us after the reservation had ended, and the items were gone.'
      else 'It reached us after the reservation had ended, and the coupon on the order had been used up.'
    end,
    jsonb_build_object(
      'checkout_id', tell_late_payment.checkout.id, 'refund_id', tell_late_payment.refund_id, 'cause', v_cause
    )
  );
  insert into private.outbox (template, user_id, payload)
  values (
    'payment_refunded_late', tell_late_payment.checkout.user_id,
    jsonb_build_object(
      'checkout_id', tell_late_payment.checkout.id, 'refund_id', tell_late_payment.refund_id, 'cause', v_cause
    )
  );
end;
$$;
comment on function private.tell_late_payment(public.checkouts, uuid) is
  'Tells a customer that a payment goes back, and why: the checkout is given as it was when the payment arrived.';
