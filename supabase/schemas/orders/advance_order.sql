-- The store's side of an order's way to the customer. The order of the steps stands in order_status_edges; what is
-- added here is what a step needs: a parcel to be shipped, the cash before the order counts as delivered, and money
-- that is not on its way back.
create or replace function private.advance_order(
  order_id uuid, status text, carrier text, tracking_number text, tracking_url text
) returns public.orders
language plpgsql volatile
security definer -- clients hold no write grant on orders
set search_path = ''
as $$
declare
  v_order public.orders;
begin
  perform private.require_user_or_operator();
  select * into v_order from public.orders where orders.id = advance_order.order_id for no key update;
  perform private.order_actor(v_order.id, v_order.customer_id, v_order.store_id, array['owner', 'manager', 'staff']);
  if advance_order.status is null or advance_order.status not in ('processing', 'shipped', 'delivered') then
    raise sqlstate 'PT422' using
      message = 'A store moves an order to processing, shipped or delivered.', detail = 'invalid_status';
  end if;
  if v_order.status = advance_order.status then
    return v_order;
  end if;
  perform private.require_edge(v_order.status, advance_order.status, 'store');
  if advance_order.status in ('processing', 'shipped') and v_order.total_amount > 0
    and v_order.refunded_amount + v_order.refunding_amount = v_order.total_amount
  then
    raise sqlstate 'PT409' using
      message = 'Everything that was paid for this order goes back.', detail = 'order_refunded',
      hint = 'Call cancel_order.';
  end if;
  if advance_order.status = 'delivered' and v_order.payment_status = 'unpaid' then
    raise sqlstate 'PT409' using
      message = 'The cash for this order is not recorded yet.', detail = 'order_unpaid',
      hint = 'Call record_cash_payment first.';
  end if;

  if advance_order.status = 'shipped' then
    if not (
      private.is_line(private.tidy_line(advance_order.carrier), 80) is not false
      and private.is_line(private.tidy_line(advance_order.tracking_number), 80) is not false
      and private.is_web_address(nullif(btrim(advance_order.tracking_url), '')) is not false
    ) then
      raise sqlstate 'PT422' using
        message = 'That is no carrier, tracking number or tracking link.', detail = 'invalid_shipment',
        hint = 'carrier and tracking_number have at most 80 characters, tracking_url begins with https:// and has at '
          'most 500.';
    end if;
    insert into public.shipments (order_id, store_id, customer_id, carrier, tracking_number, tracking_url)
    values (
      v_order.id, v_order.store_id, v_order.customer_id, advance_order.carrier, advance_order.tracking_number,
      advance_order.tracking_url
    );
  elsif advance_order.status = 'delivered' then
    update public.shipments
    -- Ours may have begun before the parcel was sent, and waited: time does not run backwards for that.
    set delivered_at = greatest(now(), shipments.shipped_at)
    where shipments.order_id = v_order.id and shipments.delivered_at is null;
  end if;
  update public.orders
  set status = advance_order.status,
    shipped_at = case when advance_order.status = 'shipped' then now() else orders.shipped_at end,
    delivered_at = case
      when advance_order.status = 'delivered' then greatest(now(), orders.shipped_at)
      else orders.delivered_at
    end
  where orders.id = v_order.id
  returning * into v_order;
  return v_order;
end;
$$;
comment on function private.advance_order(uuid, text, text, text, text) is 'See public.advance_order.';
grant execute on function private.advance_order(uuid, text, text, text, text) to anon, authenticated;

create or replace function public.advance_order(
  order_id uuid, status text, carrier text default null, tracking_number text default null,
  tracking_url text default null
) returns public.orders
language sql volatile security invoker
set search_path = ''
as $$
  select * from private.advance_order(
    advance_order.order_id, advance_order.status, advance_order.carrier, advance_order.tracking_number,
    advance_order.tracking_url
  );
$$;
comment on function public.advance_order(uuid, text, text, text, text) is
  'A store''s member (or a platform admin) moves an order on: confirmed -> processing -> shipped (with its parcel) '
  '-> delivered. Repeating a step returns the order as it is; the customer is told. Errors: not_signed_in, '
  'account_required, session_revoked, order_not_found, store_role_required, invalid_status, illegal_status, '
  'order_refunded, invalid_shipment, order_unpaid.';
grant execute on function public.advance_order(uuid, text, text, text, text) to anon, authenticated;
