-- Money that left a payment without us has to be booked on an order as if we had refunded it, so that nothing is
-- ever given back a second time.
create or replace function private.take_from_order(
  payment public.payments, order_id uuid, amount bigint, origin text, provider_refund_id text
) returns uuid
language plpgsql volatile
security definer -- nobody holds a write grant on refunds
set search_path = ''
as $$
declare
  v_refund public.refunds;
  v_cut bigint;
  v_missing bigint := take_from_order.amount - (
    select parts.left_amount from private.parts_of_payment(take_from_order.payment) as parts
    where parts.order_id is not distinct from take_from_order.order_id
  );
begin
  -- If too little is left, refunds of ours that were not sent yet shrink, the newest first.
  for v_refund in
    select refunds.* from public.refunds
    where refunds.payment_id = take_from_order.payment.id
      and refunds.order_id is not distinct from take_from_order.order_id
      and refunds.status = 'approved'
    order by refunds.id desc
  loop
    exit when v_missing <= 0;
    v_cut := least(v_missing, v_refund.amount);
    v_missing := v_missing - v_cut;
    if v_cut = v_refund.amount then
      perform private.finish_refund(v_refund.id, false, 'superseded');
    else
      update public.refunds set amount = refunds.amount - v_cut where refunds.id = v_refund.id;
      update public.payments
      set refunding_amount = payments.refunding_amount - v_cut
      where payments.id = take_from_order.payment.id;
      update public.orders set refunding_amount = orders.refunding_amount - v_cut where orders.id = v_refund.order_id;
    end if;
  end loop;

  update public.payments
  set refunding_amount = payments.refunding_amount + take_from_order.amount
  where payments.id = take_from_order.payment.id;
  update public.orders
  set refunding_amount = orders.refunding_amount + take_from_order.amount
  where orders.id = take_from_order.order_id;
  insert into public.refunds (
    payment_id, order_id, store_id, customer_id, origin, status, currency, amount, provider_refund_id, decided_at
  )
  values (
    take_from_order.payment.id, take_from_order.order_id,
    (select orders.store_id from public.orders where orders.id = take_from_order.order_id),
    take_from_order.payment.user_id, take_from_order.origin, 'processing', take_from_order.payment.currency,
    take_from_order.amount,
    take_from_order.provider_refund_id, now()
  )
  returning * into v_refund;
  return v_refund.id;
end;
$$;
comment on function private.take_from_order(public.payments, uuid, bigint, text, text) is
  'Records that a part of a locked payment was given back without us, for one of its orders (null: it has none): '
  'refunds that were approved but not sent shrink as far as they must. Returns the refund, which is under way.';
