-- Both sides may call an order off until its parcel is gone; everything it took then goes back in one transaction:
-- stock, coupon uses, money.
create or replace function private.cancel_order(order_id uuid, reason text) returns public.orders
language plpgsql volatile
security definer -- clients hold no write grant on orders
set search_path = ''
as $$
declare
  v_order public.orders;
  v_actor text;
begin
  perform private.require_user_or_operator();
  if cancel_order.reason is not null and not private.is_line(cancel_order.reason, 200) then
    raise sqlstate 'PT422' using
      message = 'A reason is one line of at most 200 characters.', detail = 'invalid_reason';
  end if;
  select * into v_order from public.orders where orders.id = cancel_order.order_id;
  v_actor := private.order_actor(
    v_order.id, v_order.customer_id, v_order.store_id, array['customer', 'owner', 'manager', 'staff']
  );

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
    -- One payment was to pay for all orders of the checkout, so all of them are given up.
    perform private.cancel_orders(
      array(
        select orders.id from public.orders where orders.checkout_id = v_order.checkout_id and orders.status = 'pending'
      ),
      coalesce(cancel_order.reason, v_actor)
    );
    update public.checkouts set status = 'cancelled' where checkouts.id = v_order.checkout_id;
    -- The next run of the job cancels the payment at the provider. A bank debit that cannot be cancelled is refunded
    -- when it arrives.
    update public.payments set next_check_at = now() where payments.checkout_id = v_order.checkout_id;
    perform private.return_to_cart(v_order.checkout_id);
  else
    perform private.cancel_orders(array[v_order.id], coalesce(cancel_order.reason, v_actor));
    update public.checkouts
    set status = 'cancelled'
    where checkouts.id = v_order.checkout_id
      and checkouts.status = 'confirmed'
      and not exists (
        select from public.orders where orders.checkout_id = v_order.checkout_id and orders.status <> 'cancelled'
      );
    perform private.post_refunds(array[v_order.checkout_id]);
  end if;
  select * into v_order from public.orders where orders.id = cancel_order.order_id;
  return v_order;
end;
$$;
comment on function private.cancel_order(uuid, text) is 'See public.cancel_order.';
grant execute on function private.cancel_order(uuid, text) to anon, authenticated;

create or replace function public.cancel_order(order_id uuid, reason text default null) returns public.orders
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
