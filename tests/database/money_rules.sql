-- How amounts are rounded and shared, what a refund may take, and whose uses of a coupon count: one rule at a time.
begin;
set local search_path = public, extensions;
select plan(54);
-- include: actors, orders

create function pg_temp.event(fact jsonb) returns text
language sql
as $$
  select coalesce(
    pg_temp.ask(
      'event', 'service',
      format('public.apply_payment_event(%L, ''test'', now(), false, %L)', 'evt_' || gen_random_uuid(), fact)
    ) ->> 'outcome',
    (select value ->> 'error' from answers where name = 'event')
  )
$$;
-- Puts these into the cart, and these coupons on it.
create function pg_temp.fill(actor text, lines jsonb, variadic codes text[] default '{}') returns jsonb
language plpgsql
as $$
declare
  v_code text;
begin
  perform pg_temp.ask('cart', actor, format('public.add_to_cart({%s}, %s)', line.key, line.value))
  from jsonb_each_text(lines) as line;
  foreach v_code in array codes loop
    perform pg_temp.ask('cart', actor, format('public.apply_coupon(%L)', v_code));
  end loop;
  return (select value from answers where name = 'cart');
end;
$$;
create function pg_temp.place(name text, actor text, method text) returns void
language plpgsql
as $$
begin
  perform pg_temp.ask(
    place.name, actor,
    format('public.checkout(%L, %L, shipping_address => {address}::jsonb)', gen_random_uuid(), method)
  );
  perform pg_temp.name_value(place.name, (select value ->> 'checkout_id' from answers where answers.name = place.name));
  perform pg_temp.name_value(
    place.name || case store_id when 'b1000000-0000-4000-8000-000000000001' then ' olga' else ' rita' end, id::text
  )
  from public.orders where checkout_id::text = (select value from ids where ids.name = place.name);
  perform pg_temp.name_value(place.name || ' line', order_lines.id::text)
  from public.order_lines join public.orders on orders.id = order_lines.order_id
  where orders.checkout_id::text = (select value from ids where ids.name = place.name);
end;
$$;
create function pg_temp.prepared(name text, actor text) returns void
language plpgsql
as $$
begin
  perform pg_temp.ask('payment', actor, format('public.prepare_payment({%s})', name));
  perform public.attach_payment_intent(
    (select (value ->> 'payment_id')::uuid from answers where answers.name = 'payment'), 1, 'pi_' || name
  );
end;
$$;
create function pg_temp.succeeded(name text) returns jsonb
language sql
as $$
  select jsonb_build_object(
    'kind', 'intent', 'intent_id', 'pi_' || name, 'status', 'succeeded', 'amount', amount, 'amount_received', amount,
    'currency', currency,
    'payment_id', id, 'checkout_id', checkout_id
  )
  from public.payments where checkout_id::text = (select value from ids where ids.name = succeeded.name)
$$;
create function pg_temp.ask_back(name text, expression text) returns text
language plpgsql
as $$
begin
  perform pg_temp.ask(ask_back.name, 'customer', expression);
  perform pg_temp.name_value(ask_back.name, (select value ->> 'id' from answers where answers.name = ask_back.name));
  return coalesce(
    (select value ->> 'amount' from answers where answers.name = ask_back.name),
    (select value ->> 'error' from answers where answers.name = ask_back.name)
  );
end;
$$;
create function pg_temp.on_hand() returns text
language sql
as $$
  select format(
    '%s, ledger %s', on_hand,
    (select sum(quantity) from public.stock_moves where stock_moves.variant_id = stock_levels.variant_id)
  )
  from public.stock_levels where variant_id::text = (select value from ids where name = 'apple')
$$;

-- Rounding: once, half up.
update public.product_variants set price_amount = 5186, mrp_amount = 5186
where id::text = (select value from ids where name = 'apple');
insert into public.coupons (code, kind, percent_bps) values ('TENTH', 'percentage', 1000);
insert into public.coupons (code, kind, percent_bps, max_discount_amount, currency)
values ('CAPPED', 'percentage', 1000, 300, 'USD');
insert into public.coupons (code, kind, amount, currency)
values ('TWO', 'amount', 2, 'USD'), ('DOLLAR', 'amount', 100, 'USD');
select is(
  pg_temp.fill('customer', '{"apple": 1}', 'TENTH') -> 'coupons' -> 0 ->> 'amount', '519',
  'a coupon of a tenth of 5186 is rounded half up'
);
select pg_temp.ask('x', 'customer', 'public.clear_cart()');
select pg_temp.attempt(
  'owner',
  $$insert into public.discounts (store_id, name, kind, percent_bps) values ({olgas}, 'Tenth', 'percentage', 1000)$$
);
select is(
  pg_temp.fill('customer', '{"apple": 1}') ->> 'subtotal_amount', '4667',
  'a discount of a tenth of 5186 is rounded half up'
);
delete from public.discounts where name = 'Tenth';
select is(
  pg_temp.ask('x', 'customer', 'public.apply_coupon(''CAPPED'')') -> 'coupons' -> 0 ->> 'amount', '300',
  'a coupon takes off no more than its maximum'
);
select pg_temp.ask('x', 'customer', 'public.clear_cart()');
update public.product_variants set price_amount = 1000, mrp_amount = 1000
where id::text = (select value from ids where name = 'apple');
update public.product_variants set price_amount = 1000, mrp_amount = 1000
where id::text = (select value from ids where name = 'berry');
update public.product_variants set price_amount = 1000, mrp_amount = 1000
where id::text = (select value from ids where name = 'cherry');
select is(
  pg_temp.fill('customer', '{"apple": 1}') ->> 'included_tax_amount', '167',
  'included tax is rounded half up: of 1000 with a fifth inside 166.67 are tax'
);
select is(
  pg_temp.fill('customer', '{"berry": 1, "cherry": 1}', 'DOLLAR') ->> 'discount_amount', '100',
  'a coupon of a dollar takes a dollar off three pieces of one price'
);
select is(
  (
    select array_agg((item ->> 'discount_amount')::integer order by item ->> 'name') from answers,
    jsonb_array_elements(value -> 'items') as item where answers.name = 'cart'
  ),
  array[34, 33, 33], 'of three equal pieces the first bears the odd cent of a coupon'
);
select pg_temp.place('owed', 'customer', 'cash_on_delivery');
select is(
  (
    select array_agg(platform_discount_amount order by store_id)
    from public.orders
    where checkout_id::text = (select value from ids where name = 'owed')
  ),
  array[67, 33]::bigint[], 'the marketplace owes each store what the marketplace''s coupon took'
);

-- Pieces: a running total, so that they add up.
select pg_temp.fill('customer', '{"apple": 3}', 'TWO');
select pg_temp.place('pieces', 'customer', 'cash_on_delivery');
select pg_temp.attempt('owner', 'select public.record_cash_payment({pieces olga})');
create temporary table given (place integer, amount bigint);
create function pg_temp.give_piece(place integer) returns text
language plpgsql
as $$
begin
  perform pg_temp.ask_back(
    'piece',
    $s$
      public.request_refund(
        {pieces olga}, lines => jsonb_build_array(jsonb_build_object('order_line_id', {pieces line}, 'quantity', 1))
      )
    $s$
  );
  insert into given select give_piece.place, (value ->> 'amount')::bigint from answers where answers.name = 'piece';
  return pg_temp.attempt('owner', 'select public.decide_refund({piece}, true)');
end;
$$;
select is(
  pg_temp.give_piece(1) || pg_temp.give_piece(2) || pg_temp.give_piece(3), '111',
  'three pieces for 2998 can go back one by one'
);
select is(
  (select array_agg(amount order by place) from given), array[999, 1000, 999]::bigint[],
  'pieces that go back one by one are rounded half up and add up to the whole'
);
select is(
  (
    select payment_status || ' ' || refunded_amount
    from public.orders
    where id::text = (select value from ids where name = 'pieces olga')
  ),
  'refunded 2998', 'an order whose pieces went back one by one is refunded whole'
);

-- A refund takes what is left, also when that changed since it was asked for.
select pg_temp.fill('customer', '{"apple": 1, "cherry": 1}');
select pg_temp.place('limits', 'customer', 'card');
select pg_temp.prepared('limits', 'customer');
select pg_temp.event(pg_temp.succeeded('limits'));
select is(
  pg_temp.ask_back('much', 'public.request_refund({limits olga}, amount => 700)'), '700',
  '700 of an order of 1000 can be asked for'
);
select is(
  pg_temp.event(
    '{"kind": "refund", "provider_refund_id": "re_limits", "intent_id": "pi_limits", "amount": 1000, "currency": "USD",
      "status": "succeeded"}'
  ),
  'applied', '1000 of 2075 given back at the provider for two orders are taken over'
);
select is(
  pg_temp.attempt('owner', 'select public.decide_refund({much}, true)'), 'PT409 refund_exceeds_payment',
  'a request for more than is left of the order is not approved, though the payment has it'
);
select is(
  pg_temp.attempt('owner', 'select public.decide_refund({much}, false)'), '1',
  'a request for more than is left of the order can be declined'
);
select is(
  pg_temp.ask_back('less', 'public.request_refund({limits olga}, amount => 200)'), '200',
  'less than is left of the order can be asked for'
);
select is(
  pg_temp.attempt('owner', 'select public.decide_refund({less}, true)'), '1',
  'a request for less than is left is approved'
);
select is(
  pg_temp.attempt('customer', 'select public.cancel_order({limits olga})'), '1',
  'an order with a refund under way can be cancelled'
);
select is(
  (
    select refunded_amount + refunding_amount
    from public.orders
    where id::text = (select value from ids where name = 'limits olga')
  ),
  1000::bigint, 'an order that is cancelled gives back what is left of it once'
);
select is(
  (
    select array_agg(amount order by id)
    from public.refunds
    where order_id::text = (select value from ids where name = 'limits olga') and status = 'approved'
  ),
  array[200, 318]::bigint[], 'an order that is cancelled gives back the rest beside the refund under way'
);
select throws_ok(
  $$
    update public.orders set refunded_amount = total_amount + 1 where reference is not null and payment_status = 'paid'
  $$,
  '23514', null, 'no update makes an order give back more than it cost'
);
select throws_ok(
  $$update public.payments set refunding_amount = captured_amount + 1 where provider_payment_id = 'pi_limits'$$,
  '23514', null, 'no update makes a payment give back more than came in'
);
select throws_ok(
  $$update public.coupons set used_count = 2, usage_limit = 1 where code = 'DOLLAR'$$, '23514', null,
  'no update makes a coupon used too often'
);
select throws_ok(
  $$
    insert into public.refunds (order_id, origin, status, currency, amount) select value::uuid, 'customer', 'requested',
    'USD', 1
    from ids, generate_series(1, 2)
    where name = 'limits rita'
  $$,
  '23505', null, 'an order cannot have two open requests for a refund'
);
select throws_ok(
  $$
    insert into public.cart_coupons (cart_id, coupon_id, store_id) select carts.id, coupons.id, null
    from public.coupons, (select id from public.carts limit 1) as carts
    where code in ('DOLLAR', 'TWO')
  $$,
  '23505', null, 'a cart cannot have two coupons of the marketplace'
);

-- A refund that its bank sends back: the pieces count as not refunded, and what is on the shelf stays there, once.
select pg_temp.fill('customer', '{"apple": 3}');
select pg_temp.place('bounce', 'customer', 'card');
select pg_temp.prepared('bounce', 'customer');
select pg_temp.event(pg_temp.succeeded('bounce'));
create temporary table shelf as select pg_temp.on_hand() as sold;
select is(
  pg_temp.ask_back(
    'first',
    $$
      public.request_refund(
        {bounce olga}, lines => jsonb_build_array(jsonb_build_object('order_line_id', {bounce line}, 'quantity', 2))
      )
    $$
  ),
  '2000', 'two of three pieces can be asked back'
);
select is(
  pg_temp.attempt('owner', 'select public.decide_refund({first}, true, restock => true)'), '1',
  'two of three pieces are approved and put on the shelf'
);
select is(
  pg_temp.ask('x', 'service', 'public.attach_refund({first}, ''re_first'', ''succeeded'')') ->> 'status', 'succeeded',
  'the money of the two pieces is sent'
);
select is(
  pg_temp.ask(
    'x', 'service', 'public.attach_refund({first}, ''re_first'', ''failed'', ''expired_or_canceled_card'')'
  ) ->> 'status',
  'failed', 'the money of the two pieces comes back as failed'
);
select is(
  (
    select refunded_quantity from public.order_lines where id::text = (select value from ids where name = 'bounce line')
  ),
  0, 'a refund that failed leaves no piece refunded'
);
select is(
  pg_temp.ask_back(
    'second',
    $$
      public.request_refund(
        {bounce olga}, lines => jsonb_build_array(jsonb_build_object('order_line_id', {bounce line}, 'quantity', 3))
      )
    $$
  ),
  '3000', 'all three pieces can be asked back after the refund failed'
);
select is(
  pg_temp.attempt('owner', 'select public.decide_refund({second}, true, restock => true)'), '1',
  'all three pieces are approved and put on the shelf'
);
select is(
  (
    select restocked_quantity
    from public.refund_lines
    where refund_id::text = (select value from ids where name = 'second')
  ), 1,
  'a second refund puts only the third piece on the shelf'
);
select is(
  (select split_part(pg_temp.on_hand(), ',', 1)::integer - split_part(sold, ',', 1)::integer from shelf), 3,
  'three pieces are on the shelf again, not five'
);
select is(
  pg_temp.ask('x', 'service', 'public.attach_refund({second}, null, ''failed'')') ->> 'status', 'failed',
  'a refund can fail before it is sent'
);
select is(
  pg_temp.attempt('owner', 'select public.cancel_order({bounce olga})'), '1',
  'an unsent order can be cancelled after its refund failed'
);
select is(
  (select split_part(pg_temp.on_hand(), ',', 1)::integer - split_part(sold, ',', 1)::integer from shelf), 3,
  'cancelling puts no piece on the shelf twice'
);
select is(
  (
    select status || ' ' || amount
    from public.refunds
    where order_id::text = (select value from ids where name = 'bounce olga') and origin = 'system'
  ),
  'approved 3000', 'cancelling refunds the whole order by itself'
);

-- A use of a coupon stands as long as one of its orders does.
insert into public.coupons (code, kind, percent_bps, usage_limit) values ('BOTH', 'percentage', 1000, 1);
select pg_temp.fill('customer', '{"apple": 1, "cherry": 1}', 'BOTH');
select pg_temp.place('both', 'customer', 'cash_on_delivery');
select is(
  pg_temp.attempt('customer', 'select public.cancel_order({both olga})'), '1',
  'one of two orders of a checkout is cancelled'
);
select is(
  (select used_count from public.coupons where code = 'BOTH'), 1,
  'a coupon''s use stands while one order of the checkout stands'
);
select is(
  pg_temp.attempt('customer', 'select public.cancel_order({both rita})'), '1',
  'the other of two orders of a checkout is cancelled'
);
select is(
  (select used_count from public.coupons where code = 'BOTH'), 0,
  'a coupon''s use is free again when no order of the checkout stands'
);

-- A payment that comes late takes its coupon again only if it may.
create function pg_temp.late(name text, code text) returns void
language plpgsql
as $$
begin
  perform pg_temp.fill('customer', '{"apple": 1}', code);
  perform pg_temp.place(name, 'customer', 'card');
  perform pg_temp.prepared(name, 'customer');
  update public.checkouts set expires_at = now()
  where checkouts.id::text = (select value from ids where ids.name = late.name);
  perform private.expire_checkouts();
end;
$$;
insert into public.coupons (code, kind, percent_bps, usage_limit) values ('LAST', 'percentage', 1000, 1);
insert into public.coupons (code, kind, percent_bps, per_customer_limit) values ('ONCE', 'percentage', 1000, 1);
insert into public.coupons (store_id, code, kind, percent_bps, is_first_order_only)
values ('b1000000-0000-4000-8000-000000000002', 'FIRST', 'percentage', 1000, true);
select pg_temp.late('again', 'LAST');
select is(
  (select used_count from public.coupons where code = 'LAST'), 0,
  'an order that was not paid in time gives its use back'
);
select is(
  jsonb_array_length(
    pg_temp.ask(
      'x', 'service',
      format('public.apply_payment_event(''evt_again'', ''t'', now(), false, %L)', pg_temp.succeeded('again'))
    ) -> 'refund_ids'
  ),
  0, 'an order that was paid late is confirmed'
);
select is(
  (select used_count from public.coupons where code = 'LAST'), 1,
  'an order that was paid late takes its coupon''s use again'
);
update public.coupons set usage_limit = 2 where code = 'LAST';
select pg_temp.late('spent', 'LAST');
select pg_temp.fill('other customer', '{"apple": 1}', 'LAST');
select pg_temp.place('other', 'other customer', 'cash_on_delivery');
select pg_temp.event(pg_temp.succeeded('spent'));
select is(
  (select status from public.checkouts where id::text = (select value from ids where name = 'spent')), 'refunded',
  'a late payment goes back when somebody else had the coupon''s last use'
);
select pg_temp.late('twice', 'ONCE');
select pg_temp.fill('customer', '{"apple": 1}', 'ONCE');
select pg_temp.place('once', 'customer', 'cash_on_delivery');
select pg_temp.event(pg_temp.succeeded('twice'));
select is(
  (select status from public.checkouts where id::text = (select value from ids where name = 'twice')), 'refunded',
  'a late payment goes back when the customer used the coupon once more since'
);
select pg_temp.fill('rival', '{"apple": 1}');
select is(
  pg_temp.attempt('customer', 'select public.cancel_order({owed rita})'), '1',
  'a customer cancels her only order at Rita''s'
);
select pg_temp.attempt('customer', 'select public.cancel_order({limits rita})');
select pg_temp.fill('customer', '{"cherry": 1}', 'FIRST');
select pg_temp.place('newcomer', 'customer', 'card');
select pg_temp.prepared('newcomer', 'customer');
update public.checkouts set expires_at = now() where id::text = (select value from ids where name = 'newcomer');
select is(private.expire_checkouts(), 1, 'the first order of a newcomer expires unpaid');
select pg_temp.fill('customer', '{"cherry": 1}', 'FIRST');
select pg_temp.place('first', 'customer', 'cash_on_delivery');
select pg_temp.event(pg_temp.succeeded('newcomer'));
select is(
  (select status from public.checkouts where id::text = (select value from ids where name = 'newcomer')), 'refunded',
  'a late payment goes back when a first-order coupon was used for another order since'
);
select is(
  (select status from public.checkouts where id::text = (select value from ids where name = 'first')), 'confirmed',
  'the order that used the first-order coupon since stands'
);

-- What a store says of a parcel is refused in our words.
select is(
  pg_temp.attempt('owner', 'select public.advance_order({other olga}, ''shipped'', repeat(''x'', 81))'),
  'PT422 invalid_shipment', 'a parcel with too long a carrier is refused'
);
select is(
  pg_temp.attempt(
    'owner', 'select public.advance_order({other olga}, ''shipped'', tracking_url => ''javascript:alert(1)'')'
  ),
  'PT422 invalid_shipment', 'a parcel with a link that is no web address is refused'
);
select is(
  pg_temp.attempt(
    'owner', 'select public.advance_order({other olga}, ''shipped'', ''  UPS '', '''', ''https://example.com/1'')'
  ),
  '1', 'a parcel is taken as people type it'
);

select is_empty(
  'select * from private.check_invariants()', 'no invariant of the books is violated by any of these sums'
);
select * from finish();
rollback;
