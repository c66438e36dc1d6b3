create function private.decide_refund(refund_id uuid, approve boolean, restock boolean, note text) returns public.refunds
language plpgsql volatile
security definer -- clients hold no write grant on refunds, payments or stock
set search_path = ''
as $$
declare
  v_user_id uuid := private.require_user_or_operator();
  v_is_admin boolean := private.is_operator();
  v_refund public.refunds;
  v_order public.orders;
  v_payment public.payments;
begin
  select * into v_refund from public.refunds where refunds.id = decide_refund.refund_id;
  -- From the whole to the part: order, payment, stock. The refund is read again once the order is ours.
  select * into v_order from public.orders where orders.id = v_refund.order_id for no key update;
  if v_order.id is null or (
    v_refund.customer_id is distinct from v_user_id
    and not v_is_admin
    and not exists (
      select from public.store_members
      where store_members.store_id = v_order.store_id and store_members.user_id = v_user_id
    )
  ) then
    raise sqlstate 'PT404' using
      message = 'That refund does not exist.', detail = 'refund_not_found';
  end if;
  if not v_is_admin then
    perform private.require_store_role(v_order.store_id, array['owner', 'manager']);
  end if;
  if approve is null then
    raise sqlstate 'PT422' using
      message = 'Approve it or not.', detail = 'invalid_refund';
  end if;
  if note is not null and (note = '' or not private.is_prose(note, 1000)) then
    raise sqlstate 'PT422' using
      message = 'A note has at most 1000 characters.', detail = 'invalid_reason';
  end if;

  select * into v_refund from public.refunds where refunds.id = decide_refund.refund_id for no key update;
  if v_refund.status <> 'requested' then
    if approve = (v_refund.status <> 'rejected') then
      return v_refund;
    end if;
    raise sqlstate 'PT409' using
      message = 'That was decided before.', detail = 'refund_already_decided';
  end if;

  if not approve then
    update public.refunds
    set status = 'rejected', decided_by = v_user_id, decided_at = now(), decision_note = note
    where refunds.id = v_refund.id
    returning * into v_refund;
    return v_refund;
  end if;

  -- The pieces of a cancelled order are on the shelf already.
  restock := restock and v_order.status <> 'cancelled';
  if restock and not exists (select from public.refund_lines where refund_lines.refund_id = v_refund.id) then
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

  update public.payments set refunding_amount = payments.refunding_amount + v_refund.amount where payments.id = v_payment.id;
  update public.orders set refunding_amount = orders.refunding_amount + v_refund.amount where orders.id = v_order.id;
  update public.order_lines
  set refunded_quantity = order_lines.refunded_quantity + refund_lines.quantity
  from public.refund_lines
  where refund_lines.refund_id = v_refund.id and order_lines.id = refund_lines.order_line_id;
  update public.refunds
  set status = 'approved', payment_id = v_payment.id, decided_by = v_user_id, decided_at = now(), decision_note = note,
    is_restocked = coalesce(restock, false)
  where refunds.id = v_refund.id;
  if restock then
    perform private.restock_refund(v_refund.id);
  end if;
  -- Cash is handed back over the counter; there is no provider to wait for.
  if v_payment.provider = 'cash' then
    perform private.finish_refund(v_refund.id, true, null);
  end if;
  select * into v_refund from public.refunds where refunds.id = decide_refund.refund_id;
  return v_refund;
end;
$$;
comment on function private.decide_refund(uuid, boolean, boolean, text) is 'See public.decide_refund.';
grant execute on function private.decide_refund(uuid, boolean, boolean, text) to anon, authenticated;

create function private.restock_refund(refund_id uuid) returns void
language plpgsql volatile
security definer -- clients hold no write grant on stock
set search_path = ''
as $$
begin
  perform from public.stock_levels
  where stock_levels.variant_id in (
    select order_lines.variant_id from public.refund_lines
    join public.order_lines on order_lines.id = refund_lines.order_line_id
    where refund_lines.refund_id = restock_refund.refund_id
  )
  order by stock_levels.variant_id
  for no key update;

  with piece as (
    update public.refund_lines
    set restocked_quantity = due.quantity
    from (
      -- What a failed refund of the same line put back counts for the one that takes its place.
      select
        own.refund_id, own.order_line_id, order_lines.variant_id, order_lines.store_id, order_lines.order_id,
        greatest(own.quantity - greatest(sum(
          other_lines.restocked_quantity
            - case when others.is_restocked and others.status <> 'failed' then other_lines.quantity else 0 end
        ), 0), 0)::integer as quantity
      from public.refund_lines as own
      join public.order_lines on order_lines.id = own.order_line_id
      left join public.refund_lines as other_lines
        on other_lines.order_line_id = own.order_line_id and other_lines.refund_id <> own.refund_id
      left join public.refunds as others on others.id = other_lines.refund_id
      where own.refund_id = restock_refund.refund_id
      group by own.refund_id, own.order_line_id, order_lines.id
    ) as due
    where refund_lines.refund_id = due.refund_id and refund_lines.order_line_id = due.order_line_id and due.quantity > 0
    returning due.variant_id, due.store_id, due.order_id, due.quantity
  ),
  returned as (
    select piece.variant_id, piece.store_id, piece.order_id, sum(piece.quantity)::integer as quantity
    from piece
    group by piece.variant_id, piece.store_id, piece.order_id
  ),
  shelved as (
    update public.stock_levels
    set on_hand = stock_levels.on_hand + returned.quantity
    from returned
    where stock_levels.variant_id = returned.variant_id
  )
  insert into public.stock_moves (variant_id, store_id, quantity, reason, reference_id, actor_id)
  select returned.variant_id, returned.store_id, returned.quantity, 'return', returned.order_id, (select auth.uid())
  from returned;
end;
$$;
comment on function private.restock_refund(uuid) is 'Puts the returned pieces of a refund by lines back on the shelf, unless a failed refund has done so before.';

create function private.finish_refund(refund_id uuid, is_success boolean, failure text) returns void
language plpgsql volatile
security definer -- clients hold no write grant on refunds
set search_path = ''
as $$
declare
  v_refund public.refunds;
begin
  select * into v_refund from public.refunds where refunds.id = finish_refund.refund_id;
  perform from public.orders where orders.id = v_refund.order_id for no key update;
  perform from public.payments where payments.id = v_refund.payment_id for no key update;
  select * into v_refund from public.refunds where refunds.id = finish_refund.refund_id for no key update;
  -- `succeeded` may still turn into `failed` (the bank sent it back); nothing else leaves an end state.
  if v_refund.status not in ('approved', 'processing') and not (v_refund.status = 'succeeded' and not is_success) then
    return;
  end if;

  if v_refund.status = 'succeeded' then
    update public.payments set refunded_amount = payments.refunded_amount - v_refund.amount where payments.id = v_refund.payment_id;
    update public.orders
    set refunded_amount = orders.refunded_amount - v_refund.amount,
      payment_status = case when orders.refunded_amount = v_refund.amount then 'paid' else 'partially_refunded' end
    where orders.id = v_refund.order_id;
  elsif is_success then
    update public.payments
    set refunding_amount = payments.refunding_amount - v_refund.amount, refunded_amount = payments.refunded_amount + v_refund.amount
    where payments.id = v_refund.payment_id;
    update public.orders
    set refunding_amount = orders.refunding_amount - v_refund.amount,
      refunded_amount = orders.refunded_amount + v_refund.amount,
      payment_status = case
        when orders.refunded_amount + v_refund.amount = orders.total_amount then 'refunded' else 'partially_refunded'
      end
    where orders.id = v_refund.order_id;
  else
    update public.payments set refunding_amount = payments.refunding_amount - v_refund.amount where payments.id = v_refund.payment_id;
    update public.orders set refunding_amount = orders.refunding_amount - v_refund.amount where orders.id = v_refund.order_id;
  end if;
  if not is_success then
    update public.order_lines
    set refunded_quantity = order_lines.refunded_quantity - refund_lines.quantity
    from public.refund_lines
    where refund_lines.refund_id = v_refund.id and order_lines.id = refund_lines.order_line_id;
    if failure is distinct from 'superseded' and v_refund.origin <> 'dispute' then
      perform private.raise_alert(
        'refund_failed',
        format('The provider refused refund %s: %s.', v_refund.id, coalesce(finish_refund.failure, 'no reason given')),
        jsonb_build_object('refund_id', v_refund.id, 'order_id', v_refund.order_id)
      );
    end if;
  end if;
  update public.refunds
  set status = case when is_success then 'succeeded' else 'failed' end,
    failure = finish_refund.failure,
    succeeded_at = case when is_success then now() end
  where refunds.id = v_refund.id;
end;
$$;
comment on function private.finish_refund(uuid, boolean, text) is
  'The provider executed a refund or refused it: moves what was promised to what was refunded, or takes the promise back with an alert; pieces then count as not refunded again. Repeating it changes nothing.';

create function public.decide_refund(
  refund_id uuid, approve boolean, restock boolean default false, note text default null
) returns public.refunds
language sql volatile security invoker
set search_path = ''
as $$
  select * from private.decide_refund(decide_refund.refund_id, decide_refund.approve, decide_refund.restock, decide_refund.note);
$$;
comment on function public.decide_refund(uuid, boolean, boolean, text) is
  'The store''s owner, a manager or a platform admin approves or declines a requested refund; restock puts the returned pieces back on the shelf. An approved card refund is then issued through the function payments (or by the job); cash is handed back by the store. Repeating the same decision changes nothing. Errors: not_signed_in, account_required, session_revoked, refund_not_found, store_role_required, invalid_refund, invalid_reason, refund_already_decided, refund_exceeds_payment, payment_disputed.';
grant execute on function public.decide_refund(uuid, boolean, boolean, text) to anon, authenticated;
