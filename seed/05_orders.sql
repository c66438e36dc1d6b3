-- Forty orders, in every status. They are placed, paid, shipped, cancelled and refunded by the product's own functions, as
-- the people concerned, so that stock, payments and history add up. They are spread over two months: lists page by ids that
-- carry the time, so while this runs (and for nobody else) ids are made as of an earlier day; their dates follow at the end.
do $$
declare
  v_uuid_v7 text := pg_get_functiondef('private.uuid_v7()'::regprocedure);
  v_order record;
  v_result jsonb;
  v_payment jsonb;
  v_order_id uuid;
  v_refund public.refunds;
  v_step text;
  v_store_owner uuid;
begin
  execute replace(
    v_uuid_v7, 'clock_timestamp()', 'clock_timestamp() - make_interval(days => current_setting(''seed.days_ago'')::integer)'
  );
  for v_order in
    select
      listed.*,
      ('5eed0001-0000-7000-8000-' || lpad(listed.customer_number::text, 12, '0'))::uuid as customer_id,
      ('5eed0006-0000-7000-8000-' || lpad(listed.customer_number::text, 12, '0'))::uuid as address_id
    from (
      values
        -- number, customer, variants (product and position), quantities, payment method, where it ended
        ( 1, 21, array[100, 500],         array[1, 2],    'card',             'received'),
        ( 2, 22, array[4500],             array[1],       'card',             'received'),
        ( 3, 23, array[2100, 3800],       array[1, 2],    'cash_on_delivery', 'received'),
        ( 4, 24, array[8100, 8700],       array[2, 1],    'card',             'received'),
        ( 5, 25, array[10100],            array[4],       'card',             'received'),
        ( 6, 26, array[6100, 7500],       array[1, 2],    'card',             'received'),
        ( 7, 21, array[8300],             array[1],       'card',             'delivered'),
        ( 8, 22, array[5500, 5700],       array[1, 1],    'card',             'delivered'),
        ( 9, 23, array[3500, 3600, 3700], array[1, 1, 1], 'card',             'delivered'),
        (10, 24, array[7900],             array[1],       'cash_on_delivery', 'delivered'),
        (11, 25, array[1301],             array[1],       'card',             'delivered'),
        (12, 26, array[11000, 11200],     array[2, 1],    'card',             'delivered'),
        (13, 21, array[9200],             array[1],       'card',             'delivered'),
        (14, 22, array[6700, 6900],       array[3, 1],    'cash_on_delivery', 'delivered'),
        (15, 23, array[3100],             array[1],       'card',             'partially_refunded'),
        (16, 24, array[4600, 4700],       array[1, 1],    'card',             'refunded'),
        (17, 25, array[2800],             array[1],       'card',             'cancelled'),
        (18, 26, array[200],              array[2],       'cash_on_delivery', 'cancelled'),
        (19, 21, array[5800],             array[1],       'card',             'cancelled'),
        (20, 22, array[9800],             array[3],       'card',             'cancelled'),
        (21, 23, array[2200, 2600],       array[1, 1],    'card',             'shipped'),
        (22, 24, array[4101],             array[1],       'card',             'shipped'),
        (23, 25, array[10600, 10800],     array[2, 2],    'card',             'shipped'),
        (24, 26, array[1400],             array[1],       'cash_on_delivery', 'shipped'),
        (25, 21, array[6200, 7600],       array[1, 1],    'card',             'shipped'),
        (26, 22, array[8800],             array[1],       'card',             'shipped'),
        (27, 23, array[3200],             array[2],       'card',             'processing'),
        (28, 24, array[8400],             array[1],       'card',             'processing'),
        (29, 25, array[900, 1100],        array[1, 1],    'cash_on_delivery', 'processing'),
        (30, 26, array[10300],            array[1],       'card',             'processing'),
        (31, 21, array[4800],             array[1],       'card',             'processing'),
        (32, 22, array[7100, 7300],       array[2, 2],    'card',             'confirmed'),
        (33, 23, array[2400, 3900],       array[1, 3],    'card',             'confirmed'),
        (34, 24, array[9900],             array[1],       'card',             'confirmed'),
        (35, 25, array[300, 1900],        array[1, 2],    'cash_on_delivery', 'confirmed'),
        (36, 26, array[10500],            array[1],       'cash_on_delivery', 'confirmed'),
        (37, 21, array[5200, 5100],       array[1, 1],    'card',             'confirmed'),
        (38, 22, array[8600],             array[1],       'card',             'pending'),
        (39, 24, array[4400],             array[1],       'card',             'pending'),
        (40, 21, array[11500],            array[1],       'card',             'pending')
    ) as listed (number, customer_number, variants, quantities, payment_method, ends_as)
    order by listed.number
  loop
    perform set_config('seed.days_ago', greatest(ceil((38 - v_order.number) * 1.5), 0)::text, true);
    perform set_config('request.jwt.claims', jsonb_build_object('role', 'authenticated', 'sub', v_order.customer_id)::text, true);
    perform public.add_to_cart(
      variant_id => ('5eed0004-0000-7000-8000-' || lpad(line.variant::text, 12, '0'))::uuid,
      quantity => line.quantity
    )
    from unnest(v_order.variants, v_order.quantities) with ordinality as line (variant, quantity, position)
    order by line.position;
    v_result := public.checkout(
      idempotency_key => 'seed-order-' || v_order.number,
      payment_method => v_order.payment_method,
      shipping_address_id => v_order.address_id
    );
    v_order_id := (v_result -> 'orders' -> 0 ->> 'id')::uuid;

    if v_order.payment_method = 'card' and v_order.ends_as <> 'pending' then
      v_payment := public.prepare_payment((v_result ->> 'checkout_id')::uuid);
      perform public.apply_payment_event(
        'evt_seed_' || v_order.number, 'payment_intent.succeeded', now(), false,
        jsonb_build_object(
          'kind', 'intent', 'status', 'succeeded', 'intent_id', 'pi_seed_' || v_order.number,
          'payment_id', v_payment -> 'payment_id', 'checkout_id', v_result -> 'checkout_id',
          'amount', v_payment -> 'amount', 'amount_received', v_payment -> 'amount', 'currency', v_payment -> 'currency'
        )
      );
    end if;

    if v_order.ends_as = 'cancelled' then
      perform public.cancel_order(v_order_id, 'Ordered by mistake.');
    elsif v_order.ends_as in ('processing', 'shipped', 'delivered', 'received', 'partially_refunded', 'refunded') then
      select stores.owner_id into strict v_store_owner
      from public.orders
      join public.stores on stores.id = orders.store_id
      where orders.id = v_order_id;
      perform set_config('request.jwt.claims', jsonb_build_object('role', 'authenticated', 'sub', v_store_owner)::text, true);
      foreach v_step in array array['processing', 'shipped', 'delivered'] loop
        if v_step = 'delivered' and v_order.payment_method = 'cash_on_delivery' then
          perform public.record_cash_payment(v_order_id);
        end if;
        perform public.advance_order(
          order_id => v_order_id, status => v_step,
          carrier => case v_step when 'shipped' then 'Parcel Post' end,
          tracking_number => case v_step when 'shipped' then 'PP' || lpad((7000 + v_order.number)::text, 9, '0') end
        );
        exit when v_step = v_order.ends_as;
      end loop;
      perform set_config('request.jwt.claims', jsonb_build_object('role', 'authenticated', 'sub', v_order.customer_id)::text, true);
      if v_order.ends_as = 'received' then
        perform public.confirm_receipt(v_order_id);
      elsif v_order.ends_as in ('partially_refunded', 'refunded') then
        v_refund := public.request_refund(
          order_id => v_order_id,
          amount => case v_order.ends_as when 'partially_refunded' then 10000 end,
          reason => 'Arrived with a dent.'
        );
        perform set_config('request.jwt.claims', jsonb_build_object('role', 'authenticated', 'sub', v_store_owner)::text, true);
        perform public.decide_refund(refund_id => v_refund.id, approve => true);
      end if;
    end if;

    -- What is given back (by a refund, or because a paid order was cancelled) has been given back.
    perform public.attach_refund(refunds.id, 're_seed_' || v_order.number, 'succeeded')
    from public.refunds
    where refunds.order_id = v_order_id;
  end loop;
  execute v_uuid_v7;
  perform set_config('request.jwt.claims', '', true);

  -- A card payment is awaited for minutes; these wait until somebody has had a look at them.
  update public.checkouts set expires_at = now() + interval '7 days' where checkouts.status = 'pending';
  update public.stock_reservations set expires_at = now() + interval '7 days' where stock_reservations.status = 'active';

  -- What was to be told to these people was told back then.
  update private.outbox
  set status = 'sent', provider_id = 'seed'
  where outbox.status = 'pending';
  update public.notifications
  set read_at = now()
  where notifications.read_at is null;
end
$$;

-- An order is frozen once it is placed, and its history only grows: for these dates both look away once.
alter table public.orders disable trigger _200_freeze;
alter table public.order_events disable trigger user;

with dated as (
  select orders.id, to_timestamp(('x' || left(replace(orders.id::text, '-', ''), 12))::bit(48)::bigint / 1000.0) as placed_at
  from public.orders
)
update public.orders
set created_at = dated.placed_at,
  confirmed_at = dated.placed_at + (orders.confirmed_at - orders.created_at),
  shipped_at = dated.placed_at + (orders.shipped_at - orders.created_at) + interval '1 day',
  delivered_at = dated.placed_at + (orders.delivered_at - orders.created_at) + interval '3 days',
  received_at = dated.placed_at + (orders.received_at - orders.created_at) + interval '4 days',
  cancelled_at = dated.placed_at + (orders.cancelled_at - orders.created_at)
from dated
where orders.id = dated.id;

update public.order_events
set created_at = orders.created_at
  + case order_events.to_status
    when 'shipped' then interval '1 day'
    when 'delivered' then interval '3 days'
    when 'received' then interval '4 days'
    else interval '0'
  end
from public.orders
where orders.id = order_events.order_id;

alter table public.order_events enable trigger user;
alter table public.orders enable trigger _200_freeze;
