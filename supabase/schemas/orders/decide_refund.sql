-- Money goes back only after somebody who answers for the store's money said so: owner, manager or platform admin.
-- Here the amount is promised, under the locks of order and payment, so that two refunds can never promise the same
-- money; the provider is told later, outside of any transaction.
create or replace function private.decide_refund(
  refund_id uuid, approve boolean, restock boolean, note text
) returns public.refunds
language plpgsql volatile
security definer -- clients hold no write grant on refunds, payments or stock
set search_path = ''
as $$
declare
  v_user_id uuid := private.require_user_or_operator();
  v_refund public.refunds;
  v_order public.orders;
  v_payment public.payments;
  v_restock boolean;
begin
  select * into v_refund from public.refunds where refunds.id = decide_refund.refund_id;
  -- Locks from the whole to its parts: order, payment, stock. The refund is read again when the order is locked.
  select * into v_order from public.orders where orders.id = v_refund.order_id for no key update;
  perform private.order_actor(
    v_order.id, v_order.customer_id, v_order.store_id, array['owner', 'manager'], is_refund => true
  );
  if decide_refund.approve is null then
    raise sqlstate 'PT422' using
      message = 'Approve it or not.', detail = 'invalid_refund';
  end if;
  if decide_refund.note is not null and (decide_refund.note = '' or not private.is_prose(decide_refund.note, 1000)) then
    raise sqlstate 'PT422' using
      message = 'A note has at most 1000 characters.', detail = 'invalid_reason';
  end if;

  select * into v_refund from public.refunds where refunds.id = decide_refund.refund_id for no key update;
  if v_refund.status <> 'requested' then
    if decide_refund.approve = (v_refund.status <> 'rejected') then
      return v_refund;
    end if;
    raise sqlstate 'PT409' using
      message = 'That was decided before.', detail = 'refund_already_decided';
  end if;

  if not decide_refund.approve then
    update public.refunds
    set status = 'rejected', decided_by = v_user_id, decided_at = now(), decision_note = decide_refund.note
    where refunds.id = v_refund.id
    returning * into v_refund;
    return v_refund;
  end if;

  -- The pieces of a cancelled order went back on the shelf when it was cancelled.
  v_restock := coalesce(decide_refund.restock, false) and v_order.status <> 'cancelled';
  if v_restock and not exists (select from public.refund_lines where refund_lines.refund_id = v_refund.id) then
    raise sqlstate 'PT422' using
      message = 'A refund by amount names no pieces that could be put back.', detail = 'invalid_refund',
      hint = 'Approve it without restock, and count the pieces with adjust_stock.';
  end if;
  select * into v_payment from public.payments
  where payments.checkout_id = v_order.checkout_id
    and payments.status = 'succeeded'
    and (payments.order_id is null or payments.order_id = v_order.id)
  for no key update;
  perform private.require_undisputed(v_payment.id);
  if v_payment.id is null
    or v_refund.amount > v_order.total_amount - v_order.refunded_amount - v_order.refunding_amount
    or v_refund.amount > v_payment.captured_amount - v_payment.refunded_amount - v_payment.refunding_amount
    or exists (
      select from public.refund_lines
      join public.order_lines on order_lines.id = refund_lines.order_line_id
      where refund_lines.refund_id = v_refund.id
        and refund_lines.quantity > order_lines.quantity - order_lines.refunded_quantity
    )
  then
    raise sqlstate 'PT409' using
      message = 'That is more than was paid and not refunded yet.', detail = 'refund_exceeds_payment';
  end if;

  update public.payments
  set refunding_amount = payments.refunding_amount + v_refund.amount
  where payments.id = v_payment.id;
  update public.orders set refunding_amount = orders.refunding_amount + v_refund.amount where orders.id = v_order.id;
  update public.order_lines
  set refunded_quantity = order_lines.refunded_quantity + refund_lines.quantity
  from public.refund_lines
  where refund_lines.refund_id = v_refund.id and order_lines.id = refund_lines.order_line_id;
  update public.refunds
  set status = 'approved',
    payment_id = v_payment.id,
    decided_by = v_user_id,
    decided_at = now(),
    decision_note = decide_refund.note,
    is_restocked = v_restock
  where refunds.id = v_refund.id;
  if v_restock then
    perform private.restock_refund(v_refund.id);
  end if;
  -- Cash is handed back over the counter; there is no provider to wait for.
  if v_payment.provider = 'cash' then
    perform private.finish_refund(v_refund.id, true, null);
  end if;
  perform private.post_refunds(array[v_order.checkout_id]);
  select * into v_refund from public.refunds where refunds.id = decide_refund.refund_id;
  return v_refund;
end;
$$;
comment on function private.decide_refund(uuid, boolean, boolean, text) is 'See public.decide_refund.';
grant execute on function private.decide_refund(uuid, boolean, boolean, text) to anon, authenticated;

create or replace function public.decide_refund(
  refund_id uuid, approve boolean, restock boolean default false, note text default null
) returns public.refunds
language sql volatile security invoker
set search_path = ''
as $$
  select *
  from private.decide_refund(decide_refund.refund_id, decide_refund.approve, decide_refund.restock, decide_refund.note);
$$;
comment on function public.decide_refund(uuid, boolean, boolean, text) is
  'The store''s owner, a manager or a platform admin approves or declines a requested refund; restock puts the '
  'returned pieces back on the shelf. An approved card refund is then issued through the function payments (or by '
  'the job); cash is handed back by the store. Repeating the same decision changes nothing. Errors: not_signed_in, '
  'account_required, session_revoked, refund_not_found, store_role_required, invalid_refund, invalid_reason, '
  'refund_already_decided, refund_exceeds_payment, payment_disputed.';
grant execute on function public.decide_refund(uuid, boolean, boolean, text) to anon, authenticated;
