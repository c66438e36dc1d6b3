-- Checkout, and an order's way from the button to the refund.
begin;
set local search_path = public, extensions;
select plan(112);
-- include: actors, orders

create function pg_temp.buy(name text, actor text, lines jsonb, options text default '') returns jsonb
language plpgsql
as $$
begin
  perform pg_temp.ask('cart', actor, format('public.merge_cart(%L)', lines));
  return pg_temp.ask(name, actor, format(
    'public.checkout(%L, ''cash_on_delivery'', shipping_address => {address}::jsonb%s)', gen_random_uuid(), options
  ));
end;
$$;
create function pg_temp.lines(variant text, quantity integer) returns jsonb
language sql
as $$
  select jsonb_build_array(
    jsonb_build_object('variant_id', (select value from ids where name = variant), 'quantity', quantity)
  )
$$;

-- What a checkout refuses, leaving nothing behind.
select is(
  pg_temp.attempt('visitor', 'select public.checkout(''k'', ''card'')'), 'PT401 not_signed_in',
  'a visitor has to sign in before a checkout'
);
select is(
  pg_temp.attempt('customer', 'select public.checkout(''k'', ''card'')'), 'PT409 cart_empty',
  'an empty cart is not ordered'
);
select pg_temp.ask('x', 'customer', 'public.add_to_cart({apple}, 2)');
select pg_temp.ask('others', 'other customer', 'public.add_to_cart({apple}, 1)');
select pg_temp.name_value('other cart', (select value ->> 'id' from answers where name = 'others'));
select is(
  pg_temp.attempt(
    'customer',
    'select public.checkout(''k'', ''card'', shipping_address => {address}::jsonb, cart_id => {other cart}::uuid)'
  ),
  'PT404 cart_not_found', 'somebody else''s cart is not ordered'
);
select is(
  pg_temp.attempt('customer', 'select public.checkout(null, ''card'')'), 'PT422 invalid_idempotency_key',
  'a checkout without an idempotency key is refused'
);
select is(
  pg_temp.attempt('customer', 'select public.checkout('''', ''card'')'), 'PT422 invalid_idempotency_key',
  'an empty idempotency key is refused'
);
select is(
  pg_temp.attempt('customer', 'select public.checkout(repeat(''k'', 256), ''card'')'), 'PT422 invalid_idempotency_key',
  'an idempotency key of more than 255 characters is refused'
);
select is(
  pg_temp.attempt('customer', 'select public.checkout(''schlüssel'', ''card'')'), 'PT422 invalid_idempotency_key',
  'an idempotency key with anything but ASCII is refused'
);
select is(
  pg_temp.attempt('customer', 'select public.checkout(''k'', ''gold'')'), 'PT422 invalid_payment_method',
  'a payment method that is unknown is refused'
);
select is(
  pg_temp.attempt('customer', 'select public.checkout(''k'', ''card'')'), 'PT422 address_required',
  'a checkout of parcels without an address is refused'
);
select is(
  pg_temp.attempt('customer', 'select public.checkout(''k'', ''card'', {olgas}::uuid)'), 'PT404 address_not_found',
  'a checkout to an address that is not one''s own is refused'
);
select is(
  pg_temp.attempt('customer', 'select public.checkout(''k'', ''card'', shipping_address => ''[]'')'),
  'PT422 invalid_address', 'a list in place of an address is refused'
);
select is(
  pg_temp.attempt(
    'customer',
    'select public.checkout(''k'', ''card'', shipping_address => {address}::jsonb || ''{"country_code": "XX"}'')'
  ),
  'PT422 invalid_address', 'an address in an unknown country is refused'
);
select is(
  pg_temp.attempt(
    'customer', 'select public.checkout(''k'', ''card'', shipping_address => {address}::jsonb - ''postal_code'')'
  ),
  'PT422 invalid_address', 'an address without its postal code is refused'
);
select is(
  pg_temp.attempt(
    'customer',
    $$
      select public.checkout(
        'k', 'card', shipping_address => {address}::jsonb || jsonb_build_object('line1', repeat('x', 300))
      )
    $$
  ),
  'PT422 invalid_address', 'an address with a line of 300 characters is refused'
);
select is(
  pg_temp.attempt(
    'customer',
    'select public.checkout(''k'', ''card'', shipping_address => {address}::jsonb || ''{"line1": {"a": 1}}'')'
  ),
  'PT422 invalid_address', 'an address with an object in place of text is refused'
);
select is(
  pg_temp.attempt(
    'customer', 'select public.checkout(''k'', ''card'', shipping_address => {address}::jsonb || ''{"price": "1"}'')'
  ),
  'PT422 invalid_address', 'an address with a part that no address has is refused'
);
select is(
  pg_temp.attempt(
    'customer',
    'select public.checkout(''k'', ''card'', shipping_address => {address}::jsonb, shipping_methods => ''[]'')'
  ),
  'PT422 invalid_shipping_method', 'chosen shipping methods that are no object are refused'
);
select is(
  pg_temp.attempt(
    'customer',
    $$
      select public.checkout(
        'k', 'card', shipping_address => {address}::jsonb, shipping_methods => jsonb_build_object({olgas}, {ritas})
      )
    $$
  ),
  'PT422 invalid_shipping_method', 'a shipping method that is not the store''s is refused'
);
select is(
  pg_temp.attempt(
    'customer',
    'select public.checkout(''k'', ''card'', shipping_address => {address}::jsonb, expected_total_amount => 1)'
  ),
  'PT409 total_changed', 'a total other than the one that was shown is refused'
);
select pg_temp.ask('x', 'customer', 'public.add_to_cart({yuzu}, 1)');
select is(
  pg_temp.attempt('customer', 'select public.checkout(''k'', ''card'', shipping_address => {address}::jsonb)'),
  'PT422 mixed_currencies', 'two currencies in one payment are refused'
);
select pg_temp.ask('x', 'staff', 'public.add_to_cart({apple}, 1)');
select is(
  pg_temp.attempt('staff', 'select public.checkout(''k'', ''card'', shipping_address => {address}::jsonb)'),
  'PT403 own_product', 'a store''s people do not buy from it'
);
update public.stores set is_open = false where id = 'b1000000-0000-4000-8000-000000000001';
select is(
  pg_temp.attempt('customer', 'select public.checkout(''k'', ''card'', shipping_address => {address}::jsonb)'),
  'PT409 store_closed', 'a closed store takes no order'
);
update public.stores set is_open = true where id = 'b1000000-0000-4000-8000-000000000001';
update public.products set status = 'archived' where id = 'b2000000-0000-4000-8000-000000000001';
select is(
  pg_temp.ask('x', 'customer', 'public.get_cart()') ->> 'is_available', 'false',
  'a cart tells that a product in it was withdrawn'
);
select is(
  pg_temp.attempt('customer', 'select public.checkout(''k'', ''card'', shipping_address => {address}::jsonb)'),
  'PT409 item_unavailable', 'a withdrawn product is not ordered'
);
update public.products set status = 'active' where id = 'b2000000-0000-4000-8000-000000000001';
select is_empty(
  'select 1 from public.checkouts where user_id = ''b0000000-0000-4000-8000-000000000001''',
  'a refused checkout leaves no checkout behind'
);
select is_empty(
  'select 1 from private.idempotency_keys where actor = ''b0000000-0000-4000-8000-000000000001''',
  'a refused checkout leaves no idempotency key behind'
);

-- A part of the cart, one currency at a time.
insert into public.shipping_methods (store_id, name, kind, rate_amount, currency)
values ('b1000000-0000-4000-8000-000000000001', 'Post', 'flat', 499, 'USD');
select pg_temp.ask(
  'part', 'customer',
  $$
    public.checkout('part', 'cash_on_delivery', shipping_address => {address}::jsonb, store_ids => array[{yen}]::uuid[])
  $$
);
select is(
  (select value ->> 'total_amount' from answers where name = 'part'), '165',
  'a checkout in yen has no decimals: 150 and 10 percent tax'
);
select is(
  pg_temp.ask('x', 'customer', 'public.get_cart()') ->> 'currency', 'USD', 'what was not ordered stays in the cart'
);
select pg_temp.ask(
  'whole', 'customer',
  $$public.checkout('whole', 'cash_on_delivery', shipping_address => {address}::jsonb, expected_total_amount => 2499)$$
);
select is(
  (select value ->> 'status' from answers where name = 'whole'), 'confirmed', 'cash on delivery is confirmed at once'
);
select is(
  pg_temp.ask(
    'again', 'customer',
    $$
      public.checkout('whole', 'cash_on_delivery', shipping_address => {address}::jsonb, expected_total_amount => 2499)
    $$
  ),
  (select value from answers where name = 'whole'), 'the same key and body get the first answer'
);
select is(
  pg_temp.attempt('customer', 'select public.checkout(''whole'', ''card'', shipping_address => {address}::jsonb)'),
  'PT409 idempotency_key_reused', 'the same key with another body is refused'
);
select is(
  pg_temp.attempt(
    'other customer', 'select public.checkout(''whole'', ''cash_on_delivery'', shipping_address => {address}::jsonb)'
  ),
  '1', 'keys of different people have nothing to do with each other'
);
select pg_temp.name_value('order', (select value -> 'orders' -> 0 ->> 'id' from answers where name = 'whole'));
select results_eq(
  $$
    select
      number, reference, status, payment_status, item_count, subtotal_amount, shipping_amount, included_tax_amount,
      tax_amount, total_amount
    from public.orders
    where id = (select value::uuid from ids where name = 'order')
  $$,
  $$
    values (1::bigint, 'OL1', 'confirmed', 'unpaid', 2, 2000::bigint, 499::bigint, 333::bigint, 0::bigint, 2499::bigint)
  $$,
  'the order has the first number of its store and sums that add up'
);
select is(
  (select on_hand from public.stock_levels where variant_id = 'b3000000-0000-4000-8000-000000000001'), 17,
  'an order takes its pieces from the stock'
);
select is(
  (select sum(quantity) from public.stock_moves where variant_id = 'b3000000-0000-4000-8000-000000000001'), 17::bigint,
  'the ledger has the pieces that an order took'
);
select is(
  (select count(*) from public.order_events where order_id = (select value::uuid from ids where name = 'order')),
  1::bigint, 'the history of an order begins with it'
);
select is(
  (
    select count(*)
    from public.notifications
    where user_id = 'b0000000-0000-4000-8000-000000000001' and kind = 'order_confirmed'
  ),
  2::bigint, 'the customer is notified of each order'
);
select is(
  (
    select array_agg(template order by template)
    from private.outbox
    where payload ->> 'order_id' = (select value from ids where name = 'order')
  ),
  array['order_confirmed', 'order_placed_store'], 'customer and store each get a mail of an order'
);
select isnt(
  (
    select count(*)
    from realtime.messages
    where topic = 'store:b1000000-0000-4000-8000-000000000001:orders' and event = 'order_created'
  ),
  0::bigint, 'a new order is told on the channel of its store'
);

-- The order is a copy.
update public.products set name = 'Renamed' where id = 'b2000000-0000-4000-8000-000000000001';
update public.product_variants set price_amount = 1, mrp_amount = 1 where id = 'b3000000-0000-4000-8000-000000000001';
select is(
  (
    select product_name || ' ' || unit_price_amount
    from public.order_lines
    where order_id = (select value::uuid from ids where name = 'order')
  ),
  'Apple 1000', 'a line keeps the name and the price at which it was bought'
);
update public.product_variants set price_amount = 1000, mrp_amount = 1000
where id = 'b3000000-0000-4000-8000-000000000001';
select throws_ok(
  $$update public.orders set total_amount = total_amount - 1, subtotal_amount = subtotal_amount - 1$$, 'PT409', null,
  'not even the owner of the database changes the total of an order'
);
select throws_ok(
  $$update public.order_lines set quantity = quantity + 1$$, 'PT409', null,
  'not even the owner of the database changes a line of an order'
);
select throws_ok(
  $$update public.orders set status = 'received' where status = 'confirmed'$$, 'PT409', null,
  'not even the owner of the database skips a status of an order'
);

-- From confirmed to received.
select is(
  pg_temp.attempt('customer', 'select public.advance_order({order}, ''processing'')'), 'PT403 store_role_required',
  'a customer does not move an order on'
);
select is(
  pg_temp.attempt('rival', 'select public.advance_order({order}, ''processing'')'), 'PT404 order_not_found',
  'another store, which does not even see the order, does not move it on'
);
select is(
  pg_temp.attempt('rival', 'select public.cancel_order({order})'), 'PT404 order_not_found',
  'another store does not cancel the order'
);
select is(
  pg_temp.attempt('rival', 'select public.record_cash_payment({order})'), 'PT404 order_not_found',
  'another store does not take the cash of the order'
);
select is(
  pg_temp.attempt('staff', 'select public.advance_order({order}, ''received'')'), 'PT422 invalid_status',
  'a store does not receive an order for its customer'
);
select is(
  pg_temp.attempt('staff', 'select public.advance_order({order}, ''delivered'')'), 'PT409 illegal_status',
  'no status of an order is skipped'
);
select is(
  pg_temp.attempt('customer', 'select public.confirm_receipt({order})'), 'PT409 illegal_status',
  'an order is not received before it is delivered'
);
select is(
  pg_temp.ask('x', 'staff', 'public.advance_order({order}, ''processing'')') ->> 'status', 'processing',
  'staff begins to work on an order'
);
select is(
  pg_temp.ask('x', 'staff', 'public.advance_order({order}, ''processing'')') ->> 'status', 'processing',
  'moving an order on twice moves it once'
);
select is(
  pg_temp.ask(
    'x', 'manager', 'public.advance_order({order}, ''shipped'', ''DHL'', '' 00340 '', ''https://dhl.example/00340'')'
  ) ->> 'status',
  'shipped', 'a manager ships an order'
);
select is(
  (select tracking_number from public.shipments where order_id = (select value::uuid from ids where name = 'order')),
  '00340', 'the parcel of an order has its tracking number'
);
select is(
  pg_temp.attempt('customer', 'update public.shipments set tracking_number = ''x'''), '0',
  'the customer does not edit a parcel'
);
select is(
  pg_temp.attempt('staff', 'update public.shipments set tracking_number = ''00341'''), '1', 'the store edits a parcel'
);
select is(
  pg_temp.attempt('staff', 'update public.shipments set tracking_url = ''javascript:alert(1)'''), 'PT422 invalid_value',
  'a parcel whose link is no web address is refused'
);
select is(
  pg_temp.attempt('customer', 'select public.cancel_order({order})'), 'PT409 illegal_status',
  'an order that was shipped is not cancelled'
);
select is(
  pg_temp.attempt('owner', 'select public.advance_order({order}, ''delivered'')'), 'PT409 order_unpaid',
  'an unpaid order is not delivered before its cash is recorded'
);
select is(
  pg_temp.attempt('customer', 'select public.record_cash_payment({order})'), 'PT403 store_role_required',
  'the customer does not record the cash of an order'
);
select is(
  pg_temp.attempt('customer', 'select public.request_refund({order})'), 'PT409 order_unpaid',
  'an order that was not paid is not refunded'
);
select is(
  pg_temp.ask('x', 'staff', 'public.record_cash_payment({order})') ->> 'payment_status', 'paid',
  'staff records the cash of an order'
);
select is(
  pg_temp.ask('x', 'staff', 'public.record_cash_payment({order})') ->> 'payment_status', 'paid',
  'recording the cash twice records it once'
);
select is(
  pg_temp.ask('x', 'owner', 'public.advance_order({order}, ''delivered'')') ->> 'status', 'delivered',
  'the owner marks an order delivered'
);
select is(
  pg_temp.attempt('other customer', 'select public.confirm_receipt({order})'), 'PT404 order_not_found',
  'another customer does not receive the order'
);
select is(
  pg_temp.ask('x', 'customer', 'public.confirm_receipt({order})') ->> 'status', 'received',
  'the customer receives the order'
);
select is(
  pg_temp.ask('x', 'customer', 'public.confirm_receipt({order})') ->> 'status', 'received',
  'receiving an order twice receives it once'
);
select is(
  (
    select array_agg(coalesce(from_status, '-') || '>' || to_status order by id)
    from public.order_events
    where order_id = (select value::uuid from ids where name = 'order')
  ),
  array[
    '->confirmed', 'confirmed>processing', 'processing>shipped', 'unpaid>paid', 'shipped>delivered',
    'delivered>received'
  ],
  'every step of an order is in its history'
);

-- Refunds, in cash here.
select pg_temp.name_value(
  'line', (select id::text from public.order_lines where order_id = (select value::uuid from ids where name = 'order'))
);
select is(
  pg_temp.attempt('customer', 'select public.request_refund({order}, amount => 2500)'), 'PT409 refund_exceeds_payment',
  'a refund of more than was paid is refused'
);
select is(
  pg_temp.attempt('customer', 'select public.request_refund({order}, amount => 0)'), 'PT422 invalid_refund',
  'a refund of nothing is refused'
);
select is(
  pg_temp.attempt('customer', 'select public.request_refund({order}, amount => -5)'), 'PT422 invalid_refund',
  'a refund of less than nothing is refused'
);
select is(
  pg_temp.attempt('customer', 'select public.request_refund({order}, ''[]'')'), 'PT422 invalid_refund',
  'a refund of no lines is refused'
);
select is(
  pg_temp.attempt('customer', 'select public.request_refund({order}, ''[{"order_line_id": "x", "quantity": 1}]'')'),
  'PT422 invalid_refund', 'a refund of a line without an id is refused'
);
select is(
  pg_temp.attempt(
    'customer',
    $$
      select public.request_refund(
        {order}, jsonb_build_array(jsonb_build_object('order_line_id', {line}, 'quantity', 1)), 5
      )
    $$
  ),
  'PT422 invalid_refund', 'a refund both by lines and by amount is refused'
);
select is(
  pg_temp.attempt(
    'customer',
    $$
      select public.request_refund(
        {order}, jsonb_build_array(jsonb_build_object('order_line_id', {line}, 'quantity', 3))
      )
    $$
  ),
  'PT409 refund_exceeds_payment', 'a refund of more pieces than were bought is refused'
);
select is(
  pg_temp.attempt('customer', 'select public.request_refund({order}, amount => 5, reason => '''')'),
  'PT422 invalid_reason', 'a refund with an empty reason is refused'
);
select is(
  pg_temp.attempt('rival', 'select public.request_refund({order}, amount => 5)'), 'PT404 order_not_found',
  'another store asks for no refund'
);
select is(
  pg_temp.attempt('staff', 'select public.request_refund({order}, amount => 5)'), 'PT403 store_role_required',
  'staff asks for no refund'
);
select is(
  pg_temp.ask(
    'request', 'customer',
    $$
      public.request_refund(
        {order}, jsonb_build_array(jsonb_build_object('order_line_id', {line}, 'quantity', 1)), reason => 'Bruised'
      )
    $$
  ) ->> 'amount',
  '1000', 'one piece of two is refunded with half of the line'
);
select pg_temp.name_value('refund', (select value ->> 'id' from answers where name = 'request'));
select is(
  pg_temp.attempt('customer', 'select public.request_refund({order}, amount => 5)'), 'PT409 refund_already_requested',
  'a second request for a refund is refused while one is open'
);
select is(
  pg_temp.attempt('customer', 'select public.decide_refund({refund}, true)'), 'PT403 store_role_required',
  'customers do not decide about their own requests'
);
select is(
  pg_temp.attempt('staff', 'select public.decide_refund({refund}, true)'), 'PT403 store_role_required',
  'staff does not decide about a refund'
);
select is(
  pg_temp.attempt('rival', 'select public.decide_refund({refund}, true)'), 'PT404 refund_not_found',
  'another store does not see the request for a refund'
);
select is(
  pg_temp.attempt('manager', 'select public.decide_refund({refund}, null)'), 'PT422 invalid_refund',
  'a decision about a refund that is neither yes nor no is refused'
);
select is(
  pg_temp.attempt('manager', 'select public.decide_refund({refund}, true, note => '''')'), 'PT422 invalid_reason',
  'a decision with an empty note is refused'
);
select is(
  pg_temp.ask('x', 'manager', 'public.decide_refund({refund}, true, true)') ->> 'status', 'succeeded',
  'a manager approves a refund, and cash is handed back'
);
select is(
  pg_temp.ask('x', 'manager', 'public.decide_refund({refund}, true, true)') ->> 'status', 'succeeded',
  'deciding the same about a refund again changes nothing'
);
select is(
  pg_temp.attempt('manager', 'select public.decide_refund({refund}, false)'), 'PT409 refund_already_decided',
  'deciding otherwise about a refund is too late'
);
select is(
  (
    select payment_status || ' ' || refunded_amount
    from public.orders
    where id = (select value::uuid from ids where name = 'order')
  ),
  'partially_refunded 1000', 'an order tells how much of it was refunded'
);
select is(
  (select on_hand from public.stock_levels where variant_id = 'b3000000-0000-4000-8000-000000000001'), 18,
  'a piece that was taken back is on the shelf'
);
select is(
  pg_temp.ask('request', 'owner', 'public.request_refund({order})') ->> 'amount', '1499',
  'the store may ask to give back all that is left'
);
select pg_temp.name_value('rest', (select value ->> 'id' from answers where name = 'request'));
select is(
  pg_temp.ask('x', 'owner', 'public.decide_refund({rest}, false, note => ''Not now'')') ->> 'status', 'rejected',
  'an owner may decline a refund'
);
select pg_temp.ask('request', 'customer', 'public.request_refund({order})');
select pg_temp.name_value('rest', (select value ->> 'id' from answers where name = 'request'));
select pg_temp.ask('x', 'owner', 'public.decide_refund({rest}, true)');
select is(
  (select payment_status from public.orders where id = (select value::uuid from ids where name = 'order')), 'refunded',
  'an order is refunded when nothing of it is left'
);
select is(
  pg_temp.attempt('customer', 'select public.request_refund({order})'), 'PT409 refund_exceeds_payment',
  'a refund of an order of which nothing is left is refused'
);

-- Cancelling.
select pg_temp.buy('two', 'customer', pg_temp.lines('apple', 2) || pg_temp.lines('cherry', 3));
select is(
  (select value ->> 'total_amount' from answers where name = 'two'), '5721',
  'a checkout is an order per store and one total: 2000 and 499; 2997 and 225 tax'
);
select pg_temp.name_value('first', (select value -> 'orders' -> 0 ->> 'id' from answers where name = 'two'));
select pg_temp.name_value('second', (select value -> 'orders' -> 1 ->> 'id' from answers where name = 'two'));
select is(
  pg_temp.attempt('customer', 'select public.cancel_order({first}, repeat(''x'', 201))'), 'PT422 invalid_reason',
  'a long reason for cancelling is refused'
);
select is(
  pg_temp.ask('x', 'customer', 'public.cancel_order({first}, ''Changed my mind'')') ->> 'status', 'cancelled',
  'a customer cancels one order of a checkout'
);
select is(
  pg_temp.ask('x', 'customer', 'public.cancel_order({first})') ->> 'status', 'cancelled',
  'cancelling an order twice cancels it once'
);
select is(
  (select status from public.orders where id = (select value::uuid from ids where name = 'second')), 'confirmed',
  'the other store''s order of the checkout goes on'
);
select is(
  (select on_hand from public.stock_levels where variant_id = 'b3000000-0000-4000-8000-000000000001'), 18,
  'the pieces of a cancelled order are back in stock'
);
select is(
  pg_temp.attempt('staff', 'select public.record_cash_payment({first})'), 'PT409 illegal_status',
  'no cash is recorded for a cancelled order'
);
select is(
  pg_temp.ask('x', 'rival', 'public.cancel_order({second})') ->> 'cancel_reason', 'store', 'a store cancels its order'
);
select is(
  (
    select status
    from public.checkouts
    where id = (select (value ->> 'checkout_id')::uuid from answers where name = 'two')
  ),
  'cancelled', 'a checkout is cancelled when all its orders are'
);

-- Lists, summaries.
select is(pg_temp.attempt('customer', 'select * from public.orders'), '4', 'a customer sees her own orders');
select is(
  pg_temp.attempt('owner', 'select * from public.orders'), '3', 'a store''s owner sees the orders of the store'
);
select is(
  pg_temp.ask('sales', 'owner', 'public.sales_summary({olgas})') -> 'currencies' -> 0 ->> 'orders', '2',
  'an owner sums up the sales of the store'
);
select is(
  pg_temp.attempt('staff', 'select public.sales_summary({olgas})'), 'PT403 store_role_required',
  'staff does not sum up the sales'
);
select is(
  pg_temp.attempt('owner', 'select public.sales_summary()'), 'PT403 platform_admin_required',
  'an owner does not sum up the sales of all stores'
);
select is(pg_temp.attempt('admin', 'select public.sales_summary()'), '1', 'an admin sums up the sales of all stores');
select is(
  pg_temp.attempt('admin', 'select public.sales_summary(null, ''2026-01-02'', ''2026-01-01'')'), 'PT422 invalid_period',
  'a period of sales that ends before it begins is refused'
);

-- Whoever signed out or was banned moves nothing any more.
update auth.users set banned_until = now() + interval '1 day' where id = 'b0000000-0000-4000-8000-000000000002';
select is(
  pg_temp.attempt('other customer', 'select public.checkout(''k'', ''card'')'), 'PT401 session_revoked',
  'a banned customer does not check out'
);
select is_empty(
  'select * from private.check_invariants()',
  'no invariant of the books is violated after all that happened to the orders'
);
select * from finish();
rollback;
