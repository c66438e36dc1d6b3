-- The second half of a refund. What decide_refund promised (refunding) becomes what went back (refunded), or the
-- promise ends; so the sums on order and payment always tell the two apart.
create or replace function private.finish_refund(refund_id uuid, is_success boolean, failure text) returns void
language plpgsql volatile
security definer -- clients hold no write grant on refunds
set search_path = ''
as $$
declare
  v_refund public.refunds;
begin
  select * into v_refund from public.refunds where refunds.id = finish_refund.refund_id;
  perform from public.orders where orders.id = v_refund.order_id for no key update;
  perform from public.bookings where bookings.id = v_refund.booking_id for no key update;
  perform from public.payments where payments.id = v_refund.payment_id for no key update;
  select * into v_refund from public.refunds where refunds.id = finish_refund.refund_id for no key update;
  -- A refund that succeeded may still fail, when the bank sends it back. Otherwise the end of a refund is final.
  if v_refund.status not in ('approved', 'processing')
    and not (v_refund.status = 'succeeded' and not finish_refund.is_success)
  then
    return;
  end if;

  if v_refund.status = 'succeeded' then
    update public.payments
    set refunded_amount = payments.refunded_amount - v_refund.amount
    where payments.id = v_refund.payment_id;
    update public.orders
    set refunded_amount = orders.refunded_amount - v_refund.amount,
      payment_status = case when orders.refunded_amount = v_refund.amount then 'paid' else 'partially_refunded' end
    where orders.id = v_refund.order_id;
  elsif finish_refund.is_success then
    update public.payments
    set refunding_amount = payments.refunding_amount - v_refund.amount,
      refunded_amount = payments.refunded_amount + v_refund.amount
    where payments.id = v_refund.payment_id;
    update public.orders
    set refunding_amount = orders.refunding_amount - v_refund.amount,
      refunded_amount = orders.refunded_amount + v_refund.amount,
      payment_status = case
        when orders.refunded_amount + v_refund.amount = orders.total_amount then 'refunded' else 'partially_refunded'
      end
    where orders.id = v_refund.order_id;
  else
    update public.payments
    set refunding_amount = payments.refunding_amount - v_refund.amount
    where payments.id = v_refund.payment_id;
    update public.orders
    set refunding_amount = orders.refunding_amount - v_refund.amount
    where orders.id = v_refund.order_id;
  end if;
  if not finish_refund.is_success then
    update public.order_lines
    set refunded_quantity = order_lines.refunded_quantity - refund_lines.quantity
    from public.refund_lines
    where refund_lines.refund_id = v_refund.id and order_lines.id = refund_lines.order_line_id;
    if finish_refund.failure is distinct from 'superseded' and v_refund.origin <> 'dispute' then
      perform private.raise_alert(
        'refund_failed',
        format('The provider refused refund %s: %s.', v_refund.id, coalesce(finish_refund.failure, 'no reason given')),
        jsonb_build_object('refund_id', v_refund.id, 'order_id', v_refund.order_id)
      );
    end if;
  end if;
  update public.refunds
  set status = case when finish_refund.is_success then 'succeeded' else 'failed' end,
    failure = finish_refund.failure,
    succeeded_at = case when finish_refund.is_success then now() end
  where refunds.id = v_refund.id;
end;
$$;
comment on function private.finish_refund(uuid, boolean, text) is
  'The provider executed a refund or refused it: moves what was promised to what was refunded, or takes the '
  'promise back with an alert; pieces then count as not refunded again. Repeating it changes nothing.';
