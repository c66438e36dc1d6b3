-- A card checkout that ends unpaid gives the cart back; and what may be in a cart at all.
begin;
set local search_path = public, extensions;
select plan(46);
-- include: actors, orders

-- The customer's cart: names and quantities, and the codes on it.
create function pg_temp.cart() returns text
language sql
as $$
  select coalesce(string_agg(item ->> 'name' || ' ' || (item ->> 'quantity'), ', ' order by item ->> 'name'), 'nothing')
    || coalesce(
      (
        select string_agg(' + ' || (coupon ->> 'code'), '')
        from jsonb_array_elements(answers.value -> 'coupons') as coupon
      ),
      ''
    )
  from answers
  left join jsonb_array_elements(answers.value -> 'items') as item on true
  where answers.name = 'cart'
  group by answers.value
$$;
create function pg_temp.seen() returns text
language sql
as $$ select pg_temp.cart() from (select pg_temp.ask('cart', 'customer', 'public.get_cart()')) as asked $$;
create function pg_temp.order_by_card(name text) returns void
language sql
as $$
  select pg_temp.ask(
    name, 'customer', format('public.checkout(%L, ''card'', shipping_address => {address}::jsonb)', 'returned-' || name)
  );
  select pg_temp.name_value(
    name, (select value ->> 'checkout_id' from answers where answers.name = order_by_card.name)
  );
  select pg_temp.name_value(
    name || ' order', (select value #>> '{orders,0,id}' from answers where answers.name = order_by_card.name)
  );
$$;
create function pg_temp.expire(name text) returns void
language sql
as $$
  update public.checkouts set expires_at = now() where id = (select value::uuid from ids where ids.name = expire.name);
  select private.expire_checkouts();
$$;

select pg_temp.attempt(
  'owner',
  $$
    insert into public.coupons (store_id, code, kind, percent_bps, per_customer_limit)
    values ({olgas}, 'TEN', 'percentage', 1000, 1), ({olgas}, 'FIVE', 'percentage', 500, null)
  $$
);
select pg_temp.attempt(
  'customer', 'select public.add_to_cart({apple}, 2), public.add_to_cart({cherry}, 3), public.apply_coupon(''TEN'')'
);
select pg_temp.order_by_card('first');
select is(pg_temp.seen(), 'nothing', 'a checkout empties the cart');
select pg_temp.expire('first');
select is(
  pg_temp.seen(), 'Apple 2, Cherry 3 + TEN',
  'an unpaid checkout that expires gives the cart its lines and its code back'
);
select is(
  (select value #>> '{coupons,0,problem}' from answers where name = 'cart'), null, 'a code that came back counts again'
);
select is(
  (select count(*) from public.carts where user_id::text like 'b0000000-%1' and status = 'active')::integer, 1,
  'a customer has one cart after an expired checkout'
);
select is(
  (select sum(reserved) from public.stock_levels where variant_id::text like 'b3000000-%')::integer, 0,
  'an expired checkout holds no stock'
);
select is(
  (
    select body
    from public.notifications
    where user_id::text like 'b0000000-%1' and data ->> 'store_id' = (select value from ids where name = 'olgas')
  ),
  'It was not paid in time. Nothing was charged. What can still be bought is back in your cart.',
  'a customer whose checkout expired is told why, and where the cart is'
);
select is(
  (
    select count(*)
    from public.notifications
    where user_id::text like 'b0000000-%1' and data ->> 'reason' = 'payment_expired'
  )::integer,
  2, 'a customer is told of each expired order, with a machine word, too'
);
select is(
  (
    select data ->> 'reason'
    from public.order_events
    where order_id = (select value::uuid from ids where name = 'first order') and to_status = 'cancelled'
  ),
  'payment_expired', 'the history of an expired order says why'
);
select is(private.expire_checkouts(), 0, 'a checkout that has expired does not expire again');
select is(pg_temp.seen(), 'Apple 2, Cherry 3 + TEN', 'an expired checkout gives its lines back once');

select pg_temp.order_by_card('second');
select pg_temp.attempt(
  'customer', 'select public.add_to_cart({apple}, 1), public.add_to_cart({berry}, 4), public.apply_coupon(''FIVE'')'
);
select is(
  pg_temp.attempt('customer', 'select public.cancel_order({second order})'), '1', 'a customer gives up an unpaid order'
);
select is(
  pg_temp.seen(), 'Apple 3, Berry 4, Cherry 3 + FIVE',
  'the lines of a cancelled unpaid order are added to the cart, and the newer code stays'
);
select pg_temp.attempt('customer', 'select public.cancel_order({second order})');
select is(pg_temp.seen(), 'Apple 3, Berry 4, Cherry 3 + FIVE', 'a cancelled unpaid order gives its lines back once');
select matches(
  (
    select body
    from public.notifications
    where data ->> 'order_id' = (select value from ids where name = 'second order')
  ),
  '^You cancelled it[.] .*What can still be bought is back in your cart[.]$',
  'a customer who gave up an unpaid order is told that the cart is back'
);

select pg_temp.order_by_card('third');
select pg_temp.attempt(
  'owner', 'select public.set_product_status(''b2000000-0000-4000-8000-000000000002'', ''draft'')'
);
update public.stock_levels set on_hand = 4 where variant_id::text = 'b3000000-0000-4000-8000-000000000003';
insert into public.stock_moves (variant_id, store_id, quantity, reason) select variant_id, store_id, -16, 'correction'
from public.stock_levels
where variant_id::text = 'b3000000-0000-4000-8000-000000000003';
select pg_temp.attempt('customer', 'select public.add_to_cart({cherry}, 1)');
update private.settings set max_line_quantity = 2;
select pg_temp.expire('third');
select is(
  pg_temp.seen(), 'Apple 2, Cherry 2 + FIVE', 'what is not sold any more does not come back, and limit and stock hold'
);
update private.settings set max_line_quantity = default;
select is(
  pg_temp.attempt('owner', 'select public.set_product_status(''b2000000-0000-4000-8000-000000000002'', ''active'')'),
  '1', 'the owner sells the withdrawn product again'
);

select pg_temp.order_by_card('fourth');
select pg_temp.attempt('customer', 'select public.add_to_cart({berry}, 1)');
update private.settings set max_cart_lines = 2;
select pg_temp.expire('fourth');
select is(
  pg_temp.seen(), 'Apple 2, Berry 1 + FIVE', 'a full cart takes what fits, and does not stop a checkout from expiring'
);
update private.settings set max_cart_lines = default;

select pg_temp.order_by_card('fifth');
update public.coupons set is_active = false where code = 'FIVE';
select pg_temp.expire('fifth');
select is(pg_temp.seen(), 'Apple 2, Berry 1', 'a code that was retired does not come back to the cart');

select pg_temp.ask(
  'cash', 'customer', 'public.checkout(''returned-cash'', ''cash_on_delivery'', shipping_address => {address}::jsonb)'
);
select pg_temp.name_value('cash order', (select value #>> '{orders,0,id}' from answers where name = 'cash'));
select pg_temp.attempt('customer', 'select public.cancel_order({cash order})');
select is(pg_temp.seen(), 'nothing', 'a confirmed order that is cancelled does not fill the cart');
select is(
  (
    select body
    from public.notifications
    where data ->> 'order_id' = (select value from ids where name = 'cash order') and kind = 'order_cancelled'
  ),
  'You cancelled it. There is nothing to pay.', 'a customer who cancels a confirmed order is not told of a cart'
);

-- Part of a cart
select pg_temp.attempt('customer', 'select public.add_to_cart({apple}, 1), public.add_to_cart({cherry}, 1)');
select pg_temp.ask(
  'part', 'customer',
  $$
    public.checkout('returned-part', 'card', shipping_address => {address}::jsonb, store_ids => array[{olgas}]::uuid[])
  $$
);
select pg_temp.name_value('part', (select value ->> 'checkout_id' from answers where name = 'part'));
select is(pg_temp.seen(), 'Cherry 1', 'what was not ordered stays in the cart of a partial checkout');
select pg_temp.expire('part');
select is(pg_temp.seen(), 'Apple 1, Cherry 1', 'what was not paid joins what stayed in the cart');

-- A payment that failed
select pg_temp.order_by_card('failed');
select pg_temp.ask('payment', 'customer', 'public.prepare_payment({failed})');
select public.attach_payment_intent(
  (select (value ->> 'payment_id')::uuid from answers where name = 'payment'), 1, 'pi_failed'
);
create function pg_temp.fail_payment(event text, code text, charge text) returns void
language sql
as $$
  select public.apply_payment_event(event, 'payment_intent.payment_failed', now(), false, jsonb_build_object(
    'kind', 'intent', 'intent_id', 'pi_failed', 'status', 'requires_payment_method', 'amount', payments.amount,
    'currency', payments.currency,
    'payment_id', payments.id, 'checkout_id', payments.checkout_id, 'failure_code', code, 'charge_id', charge,
    'failure_message', 'Declined.'
  ))
  from public.payments where payments.provider_payment_id = 'pi_failed';
$$;
select pg_temp.fail_payment('evt_f1', 'card_declined', 'ch_1'), pg_temp.fail_payment('evt_f2', 'card_declined', 'ch_1');
select is(
  (
    select string_agg(concat_ws(' ', from_status, to_status, data ->> 'code'), ', ')
    from public.order_events
    where order_id = (select value::uuid from ids where name = 'failed order') and kind = 'payment'
  ),
  'unpaid failed card_declined', 'a failed payment stands in the order''s history, once for each charge'
);
select pg_temp.fail_payment('evt_f3', 'insufficient_funds', 'ch_2');
select is(
  (
    select count(*)
    from public.order_events
    where order_id = (select value::uuid from ids where name = 'failed order') and kind = 'payment'
  )::integer,
  2, 'a second failed payment stands in the order''s history, too'
);
select is(
  (
    select data ? 'message'
    from public.order_events
    where order_id = (select value::uuid from ids where name = 'failed order') and kind = 'payment'
    limit 1
  ),
  false, 'the order''s history has no words of the provider about a failure'
);
select pg_temp.expire('failed');
select is(pg_temp.seen(), 'Apple 1, Cherry 1', 'a checkout that no card paid in time gives the cart back');

-- Somebody whose account is gone
select pg_temp.order_by_card('gone');
update public.checkouts set user_id = null where id = (select value::uuid from ids where name = 'gone');
select lives_ok($$select pg_temp.expire('gone')$$, 'a checkout without a customer expires as well');

-- Limits hold on every path.
update private.settings set max_line_quantity = 5;
select pg_temp.attempt('customer', 'select public.add_to_cart({apple}, 4)');
select is(
  pg_temp.attempt('customer', 'update public.cart_items set quantity = 6 where variant_id = {apple}'),
  'PT422 invalid_quantity', 'a plain update above the limit of a line is refused'
);
select is(
  pg_temp.attempt('customer', 'update public.cart_items set quantity = 5 where variant_id = {apple}'), '1',
  'a plain update within the limit of a line is taken'
);
select is(
  pg_temp.attempt('customer', 'select public.set_cart_quantity({apple}, 6)'), 'PT422 invalid_quantity',
  'set_cart_quantity above the limit of a line is refused'
);
select is(
  pg_temp.attempt('customer', 'select public.add_to_cart({apple}, 1)'), 'PT422 invalid_quantity',
  'add_to_cart above the limit of a line is refused'
);
select is(
  pg_temp.ask(
    'x', 'customer',
    format('public.merge_cart(%L)', '[{"variant_id": "b3000000-0000-4000-8000-000000000001", "quantity": 900}]')
  ) #>> '{items,0,quantity}',
  '5', 'merge_cart stops at the limit of a line'
);
update private.settings set max_line_quantity = 2;
select is(
  pg_temp.attempt(
    'customer', 'select public.checkout(''limit'', ''cash_on_delivery'', shipping_address => {address}::jsonb)'
  ),
  'PT422 invalid_quantity', 'a limit that was lowered since holds at checkout'
);
select is(
  pg_temp.attempt('customer', 'update public.cart_items set quantity = 4 where variant_id = {apple}'), '1',
  'a line above a lowered limit may still shrink'
);
update private.settings set max_line_quantity = default;

-- How much there is of a thing is told up to ten.
select is(
  pg_temp.ask('x', 'visitor', 'public.add_to_cart({berry}, 500)') ->> 'error', 'So many of them are not left.',
  'a visitor who asks for five hundred is not told the stock'
);
create function pg_temp.hint(actor text, statement text) returns text
language plpgsql
as $$
declare
  v_actor actors;
  v_statement text := pg_temp.fill_in(statement);
  v_hint text;
begin
  select * into strict v_actor from actors where actors.name = hint.actor;
  perform set_config('request.jwt.claims', pg_temp.claims(v_actor)::text, true), set_config('role', v_actor.role, true);
  begin
    execute v_statement;
  exception when others then
    get stacked diagnostics v_hint = pg_exception_hint;
    v_hint := sqlerrm || ' ' || v_hint;
  end;
  perform set_config('role', 'postgres', true), set_config('request.jwt.claims', '', true);
  return v_hint;
end;
$$;
select is(
  pg_temp.hint('visitor', 'select public.add_to_cart({berry}, 500)'),
  'So many of them are not left. available: more than 10',
  'a visitor who asks for five hundred is not told the stock in the hint'
);
select is(
  pg_temp.hint('visitor', 'select public.add_to_cart({cherry}, 500)'), 'Only 4 of them are left. available: 4',
  'of the last few everybody is told how many'
);
select pg_temp.attempt('customer', 'select public.clear_cart()');
select pg_temp.attempt('customer', 'select public.add_to_cart({berry})');
select pg_temp.attempt('customer', 'update public.cart_items set quantity = 900');
select is(
  (pg_temp.ask('x', 'customer', 'public.get_cart()') #> '{items,0}') ->> 'available_quantity', null,
  'a line made too long by hand tells no stock'
);
select is(
  pg_temp.hint(
    'customer', 'select public.checkout(''leak'', ''cash_on_delivery'', shipping_address => {address}::jsonb)'
  ),
  'So many of Berry are not left. variant_id: b3000000-0000-4000-8000-000000000002, available: more than 10',
  'the checkout of a line made too long by hand tells no stock'
);
select is(
  (
    pg_temp.ask(
      'x', 'visitor',
      format('public.merge_cart(%L)', '[{"variant_id": "b3000000-0000-4000-8000-000000000002", "quantity": 900}]')
    ) #>> '{items,0,quantity}'
  ),
  '900', 'a merge of more than there is tells no stock'
);

-- Tokens that are none
select is(
  pg_temp.attempt('visitor', format('select public.%s', verb.call)), 'PT422 invalid_cart_token',
  'a cart token that is none is refused by ' || verb.call
)
from (values ('add_to_cart({apple}, cart_token => ''null'')'), ('get_cart(''undefined'')')) as verb (call);
select set_config('request.headers', '{"x-cart-token": "null"}', true);
select is(
  pg_temp.attempt('visitor', 'select public.add_to_cart({apple})'), 'PT422 invalid_cart_token',
  'a cart token of "null" in the header opens no new cart each time'
);
select is(
  pg_temp.attempt('customer', 'select public.get_cart()'), '1',
  'a cart token of "null" does not matter to somebody who is signed in'
);
select set_config('request.headers', '{"x-cart-token": ""}', true);
select is(
  pg_temp.attempt('visitor', 'select public.add_to_cart({apple})'), '1',
  'an empty cart token in the header is taken for none'
);

select is(
  (select count(*) from public.check_invariants())::integer, 0,
  'no invariant of the books is violated by carts that came back'
);
select * from finish();
rollback;
