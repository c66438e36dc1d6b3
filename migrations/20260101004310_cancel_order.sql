create function private.require_edge(from_status text, to_status text, actor text) returns void
language plpgsql stable
security definer -- reads private.order_status_edges, which is granted to nobody
set search_path = ''
as $$
begin
  if not exists (
    select from private.order_status_edges
    where order_status_edges.from_status = require_edge.from_status
      and order_status_edges.to_status = require_edge.to_status
      and order_status_edges.actor = require_edge.actor
  ) then
    raise sqlstate 'PT409' using
      message = format('An order cannot go from %s to %s.', from_status, to_status), detail = 'illegal_status';
  end if;
end;
$$;
comment on function private.require_edge(text, text, text) is 'Refuses a step that this actor may not take. Errors: illegal_status.';

-- Locks are taken from the whole to the part: the customer's cart (where an unpaid checkout ends), checkout, its orders in
-- key order, then (by what follows) payment, stock, coupons. Paying, cancelling and expiring all begin with the checkout, so
-- of any two the second sees what the first did.
create function private.lock_checkout(checkout_id uuid) returns public.checkouts
language plpgsql volatile
security definer -- clients hold no write grant on orders
set search_path = ''
as $$
declare
  v_checkout public.checkouts;
begin
  select * into v_checkout from public.checkouts where checkouts.id = lock_checkout.checkout_id for no key update;
  perform from public.orders where orders.checkout_id = lock_checkout.checkout_id order by orders.id for no key update;
  return v_checkout;
end;
$$;
comment on function private.lock_checkout(uuid) is 'The checkout, locked together with its orders; all null when there is none.';

create function private.cancel_orders(order_ids uuid[], reason text) returns void
language plpgsql volatile
security definer -- clients hold no write grant on orders, stock, coupons or refunds
set search_path = ''
as $$
declare
  v_held uuid[];
  v_sold uuid[];
begin
  select
    array_agg(orders.id) filter (where orders.status = 'pending'),
    array_agg(orders.id) filter (where orders.status <> 'pending')
  into v_held, v_sold
  from public.orders
  where orders.id = any (order_ids);

  -- Money goes back by itself: the whole of what was paid and not refunded yet.
  if exists (select from public.orders where orders.id = any (v_sold) and orders.payment_status <> 'unpaid') then
    perform private.refund_rest(v_sold, reason);
  end if;
  if v_held is not null then
    perform private.end_reservations(v_held, 'released');
  end if;
  if v_sold is not null then
    perform private.restock_orders(v_sold);
  end if;
  update public.orders
  set status = 'cancelled', cancel_reason = reason, cancelled_at = now()
  where orders.id = any (order_ids);
  perform private.release_coupons(array(select distinct orders.checkout_id from public.orders where orders.id = any (order_ids)));
end;
$$;
comment on function private.cancel_orders(uuid[], text) is
  'Cancels locked orders: holds released, stock put back, coupon uses given back, a refund made of what was paid and is '
  'left of it.';

create function private.cancel_refunded_orders(checkout_id uuid) returns void
language plpgsql volatile
security definer -- clients hold no write grant on orders
set search_path = ''
as $$
declare
  v_order_ids uuid[] := array(
    select orders.id from public.orders
    where orders.checkout_id = cancel_refunded_orders.checkout_id
      and orders.status in ('confirmed', 'processing')
      and orders.total_amount > 0
      and orders.refunded_amount = orders.total_amount
    order by orders.id
  );
begin
  if v_order_ids <> '{}' then
    perform private.cancel_orders(v_order_ids, 'refunded');
  end if;
end;
$$;
comment on function private.cancel_refunded_orders(uuid) is
  'Cancels what was not sent yet of a locked checkout and was paid back outside our verbs: nobody may send it for nothing.';

create function private.refund_rest(order_ids uuid[], reason text) returns void
language plpgsql volatile
security definer -- clients hold no write grant on refunds
set search_path = ''
as $$
begin
  perform from public.payments
  where payments.checkout_id in (select orders.checkout_id from public.orders where orders.id = any (order_ids))
  order by payments.id
  for no key update;

  with due as (
    select
      orders.id as order_id, orders.store_id, orders.customer_id, orders.currency, payments.id as payment_id,
      orders.total_amount - orders.refunded_amount - orders.refunding_amount as amount
    from public.orders
    join public.payments on payments.checkout_id = orders.checkout_id
      and payments.status = 'succeeded'
      and (payments.order_id is null or payments.order_id = orders.id)
    where orders.id = any (order_ids)
      and orders.payment_status <> 'unpaid'
      and orders.total_amount > orders.refunded_amount + orders.refunding_amount
  ),
  promised as (
    update public.payments
    set refunding_amount = payments.refunding_amount + total.amount
    from (select due.payment_id, sum(due.amount)::bigint as amount from due group by due.payment_id) as total
    where payments.id = total.payment_id
  ),
  owed as (
    update public.orders
    set refunding_amount = orders.refunding_amount + due.amount
    from due
    where orders.id = due.order_id
  )
  insert into public.refunds (
    payment_id, order_id, store_id, customer_id, requested_by, origin, status, currency, amount, reason, decided_at
  )
  select
    due.payment_id, due.order_id, due.store_id, due.customer_id, (select auth.uid()), 'system', 'approved', due.currency, due.amount,
    refund_rest.reason, now()
  from due;
  -- Cash is handed back over the counter; there is no provider to wait for.
  perform private.finish_refund(refunds.id, true, null)
  from public.refunds
  join public.payments on payments.id = refunds.payment_id
  where refunds.order_id = any (order_ids) and refunds.status = 'approved' and payments.provider = 'cash'
  order by refunds.id;

  -- A request that waits for a decision has nothing left to ask for.
  update public.refunds
  set status = 'rejected', decision_note = 'The order was cancelled and refunded.', decided_at = now()
  where refunds.order_id = any (order_ids) and refunds.status = 'requested';
end;
$$;
comment on function private.refund_rest(uuid[], text) is 'Makes an approved refund of everything paid for these locked orders and not yet refunded; of cash, a finished one.';

create function private.cancel_order(order_id uuid, reason text) returns public.orders
language plpgsql volatile
security definer -- clients hold no write grant on orders
set search_path = ''
as $$
declare
  v_user_id uuid := private.require_user_or_operator();
  v_order public.orders;
  v_actor text;
begin
  if reason is not null and not private.is_line(reason, 200) then
    raise sqlstate 'PT422' using
      message = 'A reason is one line of at most 200 characters.', detail = 'invalid_reason';
  end if;
  select * into v_order from public.orders where orders.id = cancel_order.order_id;
  v_actor := private.order_actor(v_order, v_user_id, array['owner', 'manager', 'staff']);

  if v_order.status = 'pending' then
    perform private.lock_carts_of(array[v_order.customer_id]);
  end if;
  perform private.lock_checkout(v_order.checkout_id);
  select * into v_order from public.orders where orders.id = cancel_order.order_id;
  if v_order.status = 'cancelled' then
    return v_order;
  end if;
  perform private.require_edge(v_order.status, 'cancelled', v_actor);

  if v_order.status = 'pending' then
    -- One payment is awaited for the whole checkout, so the whole checkout is given up; see checkouts.
    perform private.cancel_orders(
      array(select orders.id from public.orders where orders.checkout_id = v_order.checkout_id and orders.status = 'pending'),
      coalesce(reason, v_actor)
    );
    update public.checkouts set status = 'cancelled' where checkouts.id = v_order.checkout_id;
    -- Whatever is open at the provider is cancelled there; a bank debit that cannot be is refunded when it arrives.
    update public.payments set next_check_at = now() where payments.checkout_id = v_order.checkout_id;
    perform private.return_to_cart(v_order.checkout_id);
  else
    perform private.cancel_orders(array[v_order.id], coalesce(reason, v_actor));
    update public.checkouts
    set status = 'cancelled'
    where checkouts.id = v_order.checkout_id
      and checkouts.status = 'confirmed'
      and not exists (
        select from public.orders where orders.checkout_id = v_order.checkout_id and orders.status <> 'cancelled'
      );
  end if;
  select * into v_order from public.orders where orders.id = cancel_order.order_id;
  return v_order;
end;
$$;
comment on function private.cancel_order(uuid, text) is 'See public.cancel_order.';
grant execute on function private.cancel_order(uuid, text) to anon, authenticated;

create function private.order_actor(found_order public.orders, user_id uuid, roles text[]) returns text
language plpgsql stable
security definer -- reads memberships
set search_path = ''
as $$
declare
  v_role text;
begin
  if found_order.customer_id = user_id then
    return 'customer';
  end if;
  select store_members.role into v_role
  from public.store_members
  where store_members.store_id = found_order.store_id and store_members.user_id = order_actor.user_id;
  -- Who runs the marketplace stands in for any store.
  if v_role = any (roles) or (found_order.id is not null and private.is_operator()) then
    return 'store';
  end if;
  if v_role is not null then
    raise sqlstate 'PT403' using
      message = 'Your role in this store does not allow that.', detail = 'store_role_required',
      hint = 'Needed: ' || array_to_string(roles, ' or ') || '.';
  end if;
  -- The same answer for an order of others and for one that never was.
  raise sqlstate 'PT404' using
    message = 'That order does not exist.', detail = 'order_not_found';
end;
$$;
comment on function private.order_actor(public.orders, uuid, text[]) is
  'As whom the caller may act on an order: customer, or store (with one of these roles, or as platform admin). Errors: order_not_found, store_role_required.';

create function public.cancel_order(order_id uuid, reason text default null) returns public.orders
language sql volatile security invoker
set search_path = ''
as $$ select * from private.cancel_order(cancel_order.order_id, cancel_order.reason); $$;
comment on function public.cancel_order(uuid, text) is
  'Cancels an order before it is shipped, by its customer, its store or a platform admin; repeating it returns the '
  'cancelled order. Stock goes back, a card payment is refunded by itself: what is left of it, and while a dispute is '
  'open once that is decided. Cancelling an unpaid card order gives up its whole checkout, which one payment was to '
  'cover; its lines and coupons go back into the customer''s cart. '
  'Errors: not_signed_in, account_required, session_revoked, order_not_found, illegal_status, invalid_reason.';
grant execute on function public.cancel_order(uuid, text) to anon, authenticated;
