-- What a payment that succeeded means depends on what became of its checkout meanwhile: it may still wait, it may
-- have expired, or somebody may have cancelled it.
create or replace function private.settle_checkout(checkout_id uuid) returns uuid[]
language plpgsql volatile
security definer -- nobody holds a write grant on orders
set search_path = ''
as $$
declare
  v_checkout public.checkouts;
  v_payment public.payments;
  v_order_ids uuid[];
  v_refund_id uuid;
begin
  if exists (select from public.bookings where bookings.checkout_id = settle_checkout.checkout_id) then
    return private.settle_booking(settle_checkout.checkout_id);
  end if;
  select * into v_checkout from public.checkouts where checkouts.id = settle_checkout.checkout_id;
  select array_agg(orders.id order by orders.id) into v_order_ids
  from public.orders where orders.checkout_id = v_checkout.id;

  if v_checkout.status = 'pending' then
    -- Its stock is still held, so it is sold, even if the time of the checkout is over.
    perform private.end_reservations(v_order_ids, 'sold');
  elsif v_checkout.status <> 'expired' or not private.take_stock_again(v_checkout.id, v_order_ids) then
    -- There is no order any more that this money could pay for, so all of it is refunded. A checkout that was
    -- cancelled stays cancelled.
    select * into v_payment from public.payments
    where payments.checkout_id = v_checkout.id and payments.order_id is null;
    update public.payments
    set refunding_amount = payments.refunding_amount + v_payment.amount
    where payments.id = v_payment.id;
    insert into public.refunds (payment_id, customer_id, origin, status, currency, amount, reason, decided_at)
    values (
      v_payment.id, v_checkout.user_id, 'system', 'approved', v_payment.currency, v_payment.amount,
      'The payment arrived after the order was closed.', now()
    )
    returning id into v_refund_id;
    update public.checkouts set status = 'refunded' where checkouts.id = v_checkout.id;
    perform private.tell_late_payment(v_checkout, v_refund_id);
    perform private.post_late_payment(v_payment);
    perform private.post_refunds(array[v_checkout.id]);
    return array[v_refund_id];
  end if;

  if v_checkout.status = 'expired' then
    perform private.take_out_of_cart(v_checkout.id);
  end if;
  update public.checkouts set status = 'paid' where checkouts.id = v_checkout.id;
  perform private.number_orders(v_order_ids);
  perform private.post_sales(v_order_ids);
  return '{}';
end;
$$;
comment on function private.settle_checkout(uuid) is
  'A locked checkout''s payment succeeded: confirms its orders; after expiry takes stock again if there is some; '
  'else refunds. An appointment''s: settle_booking. Returns refunds to issue.';
