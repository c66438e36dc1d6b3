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
    || coalesce((select string_agg(' + ' || (coupon ->> 'code'), '') from jsonb_array_elements(answers.value -> 'coupons') as coupon), '')
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
  select pg_temp.ask(name, 'customer', format('public.checkout(%L, ''card'', shipping_address => {address}::jsonb)', 'returned-' || name));
  select pg_temp.name_value(name, (select value ->> 'checkout_id' from answers where answers.name = order_by_card.name));
  select pg_temp.name_value(name || ' order', (select value #>> '{orders,0,id}' from answers where answers.name = order_by_card.name));
$$;
create function pg_temp.expire(name text) returns void
language sql
as $$
  update public.checkouts set expires_at = now() where id = (select value::uuid from ids where ids.name = expire.name);
  select private.expire_checkouts();
$$;

select pg_temp.attempt('owner', $$insert into public.coupons (store_id, code, kind, percent_bps, per_customer_limit) values ({olgas}, 'TEN', 'percentage', 1000, 1), ({olgas}, 'FIVE', 'percentage', 500, null)$$);
select pg_temp.attempt('customer', 'select public.add_to_cart({apple}, 2), public.add_to_cart({cherry}, 3), public.apply_coupon(''TEN'')');
select pg_temp.order_by_card('first');
select is(pg_temp.seen(), 'nothing', 'a checkout closes the cart');
select pg_temp.expire('first');
select is(pg_temp.seen(), 'Apple 2, Cherry 3 + TEN', 'when nobody paid in time, the lines and the code are back');
select is((select value #>> '{coupons,0,problem}' from answers where name = 'cart'), null, '… and the code counts again');
select is((select count(*) from public.carts where user_id::text like 'b0000000-%1' and status = 'active')::integer, 1, '… in one cart');
select is((select sum(reserved) from public.stock_levels where variant_id::text like 'b3000000-%')::integer, 0, '… and nothing is held');
select is((select body from public.notifications where user_id::text like 'b0000000-%1' and data ->> 'store_id' = (select value from ids where name = 'olgas')), 'It was not paid in time. Nothing was charged. What can still be bought is back in your cart.', 'the customer is told why, and where it is');
select is((select count(*) from public.notifications where user_id::text like 'b0000000-%1' and data ->> 'reason' = 'payment_expired')::integer, 2, '… for each order, in a machine word, too');
select is((select data ->> 'reason' from public.order_events where order_id = (select value::uuid from ids where name = 'first order') and to_status = 'cancelled'), 'payment_expired', 'the order''s history says why');
select is(private.expire_checkouts(), 0, 'what has ended does not end again');
select is(pg_temp.seen(), 'Apple 2, Cherry 3 + TEN', '… and gives nothing back twice');

select pg_temp.order_by_card('second');
select pg_temp.attempt('customer', 'select public.add_to_cart({apple}, 1), public.add_to_cart({berry}, 4), public.apply_coupon(''FIVE'')');
select is(pg_temp.attempt('customer', 'select public.cancel_order({second order})'), '1', 'a customer gives up an unpaid order');
select is(pg_temp.seen(), 'Apple 3, Berry 4, Cherry 3 + FIVE', 'its lines are added to what is there, and the newer code stays');
select pg_temp.attempt('customer', 'select public.cancel_order({second order})');
select is(pg_temp.seen(), 'Apple 3, Berry 4, Cherry 3 + FIVE', '… once');
select matches((select body from public.notifications where data ->> 'order_id' = (select value from ids where name = 'second order')), '^You cancelled it[.] .*What can still be bought is back in your cart[.]$', 'and the customer is told so');

select pg_temp.order_by_card('third');
select pg_temp.attempt('owner', 'select public.set_product_status(''b2000000-0000-4000-8000-000000000002'', ''draft'')');
update public.stock_levels set on_hand = 4 where variant_id::text = 'b3000000-0000-4000-8000-000000000003';
insert into public.stock_moves (variant_id, store_id, quantity, reason) select variant_id, store_id, -16, 'correction' from public.stock_levels where variant_id::text = 'b3000000-0000-4000-8000-000000000003';
select pg_temp.attempt('customer', 'select public.add_to_cart({cherry}, 1)');
update private.settings set max_line_quantity = 2;
select pg_temp.expire('third');
select is(pg_temp.seen(), 'Apple 2, Cherry 2 + FIVE', 'what is not sold any more stays out, and limit and stock hold');
update private.settings set max_line_quantity = default;
select is(pg_temp.attempt('owner', 'select public.set_product_status(''b2000000-0000-4000-8000-000000000002'', ''active'')'), '1', '(sold again)');

select pg_temp.order_by_card('fourth');
select pg_temp.attempt('customer', 'select public.add_to_cart({berry}, 1)');
update private.settings set max_cart_lines = 2;
select pg_temp.expire('fourth');
select is(pg_temp.seen(), 'Apple 2, Berry 1 + FIVE', 'a full cart takes what fits, and is no reason not to end');
update private.settings set max_cart_lines = default;

select pg_temp.order_by_card('fifth');
update public.coupons set is_active = false where code = 'FIVE';
select pg_temp.expire('fifth');
select is(pg_temp.seen(), 'Apple 2, Berry 1', 'a code that was retired does not come back');

select pg_temp.ask('cash', 'customer', 'public.checkout(''returned-cash'', ''cash_on_delivery'', shipping_address => {address}::jsonb)');
select pg_temp.name_value('cash order', (select value #>> '{orders,0,id}' from answers where name = 'cash'));
select pg_temp.attempt('customer', 'select public.cancel_order({cash order})');
select is(pg_temp.seen(), 'nothing', 'an order that was placed and is cancelled does not fill the cart');
select is((select body from public.notifications where data ->> 'order_id' = (select value from ids where name = 'cash order') and kind = 'order_cancelled'), 'You cancelled it. There is nothing to pay.', '… and nobody is told so');

-- Part of a cart
select pg_temp.attempt('customer', 'select public.add_to_cart({apple}, 1), public.add_to_cart({cherry}, 1)');
select pg_temp.ask('part', 'customer', 'public.checkout(''returned-part'', ''card'', shipping_address => {address}::jsonb, store_ids => array[{olgas}]::uuid[])');
select pg_temp.name_value('part', (select value ->> 'checkout_id' from answers where name = 'part'));
select is(pg_temp.seen(), 'Cherry 1', 'what was not ordered stays in the cart');
select pg_temp.expire('part');
select is(pg_temp.seen(), 'Apple 1, Cherry 1', '… and what was not paid joins it');

-- A payment that failed
select pg_temp.order_by_card('failed');
select pg_temp.ask('payment', 'customer', 'public.prepare_payment({failed})');
select public.attach_payment_intent((select (value ->> 'payment_id')::uuid from answers where name = 'payment'), 1, 'pi_failed');
create function pg_temp.fail_payment(event text, code text, charge text) returns void
language sql
as $$
  select public.apply_payment_event(event, 'payment_intent.payment_failed', now(), false, jsonb_build_object(
    'kind', 'intent', 'intent_id', 'pi_failed', 'status', 'requires_payment_method', 'amount', payments.amount, 'currency', payments.currency,
    'payment_id', payments.id, 'checkout_id', payments.checkout_id, 'failure_code', code, 'charge_id', charge, 'failure_message', 'Declined.'
  ))
  from public.payments where payments.provider_payment_id = 'pi_failed';
$$;
select pg_temp.fail_payment('evt_f1', 'card_declined', 'ch_1'), pg_temp.fail_payment('evt_f2', 'card_declined', 'ch_1');
select is(
  (select string_agg(concat_ws(' ', from_status, to_status, data ->> 'code'), ', ') from public.order_events where order_id = (select value::uuid from ids where name = 'failed order') and kind = 'payment'),
  'unpaid failed card_declined', 'a failed payment stands in the order''s history, once for each charge'
);
select pg_temp.fail_payment('evt_f3', 'insufficient_funds', 'ch_2');
select is((select count(*) from public.order_events where order_id = (select value::uuid from ids where name = 'failed order') and kind = 'payment')::integer, 2, '… and the next one, too');
select is((select data ? 'message' from public.order_events where order_id = (select value::uuid from ids where name = 'failed order') and kind = 'payment' limit 1), false, '… without the provider''s words');
select pg_temp.expire('failed');
select is(pg_temp.seen(), 'Apple 1, Cherry 1', 'when no card was good in time, the cart is back');

-- Somebody whose account is gone
select pg_temp.order_by_card('gone');
update public.checkouts set user_id = null where id = (select value::uuid from ids where name = 'gone');
select lives_ok($$select pg_temp.expire('gone')$$, 'a checkout of nobody ends as well');

-- Limits hold on every path.
update private.settings set max_line_quantity = 5;
select pg_temp.attempt('customer', 'select public.add_to_cart({apple}, 4)');
select is(pg_temp.attempt('customer', 'update public.cart_items set quantity = 6 where variant_id = {apple}'), 'PT422 invalid_quantity', 'a plain update is bound by the limit of a line');
select is(pg_temp.attempt('customer', 'update public.cart_items set quantity = 5 where variant_id = {apple}'), '1', '… within which it may move');
select is(pg_temp.attempt('customer', 'select public.set_cart_quantity({apple}, 6)'), 'PT422 invalid_quantity', 'so is setting');
select is(pg_temp.attempt('customer', 'select public.add_to_cart({apple}, 1)'), 'PT422 invalid_quantity', 'so is adding');
select is(pg_temp.ask('x', 'customer', format('public.merge_cart(%L)', '[{"variant_id": "b3000000-0000-4000-8000-000000000001", "quantity": 900}]')) #>> '{items,0,quantity}', '5', 'so is merging');
update private.settings set max_line_quantity = 2;
select is(pg_temp.attempt('customer', 'select public.checkout(''limit'', ''cash_on_delivery'', shipping_address => {address}::jsonb)'), 'PT422 invalid_quantity', 'a limit that was lowered since holds at checkout');
select is(pg_temp.attempt('customer', 'update public.cart_items set quantity = 4 where variant_id = {apple}'), '1', 'a line above it may still shrink');
update private.settings set max_line_quantity = default;

-- How much there is of a thing is told up to ten.
select is(pg_temp.ask('x', 'visitor', 'public.add_to_cart({berry}, 500)') ->> 'error', 'So many of them are not left.', 'a visitor who asks for five hundred is not told the stock');
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
select is(pg_temp.hint('visitor', 'select public.add_to_cart({berry}, 500)'), 'So many of them are not left. available: more than 10', '… in the hint neither');
select is(pg_temp.hint('visitor', 'select public.add_to_cart({cherry}, 500)'), 'Only 4 of them are left. available: 4', 'of the last few everybody is told how many');
select pg_temp.attempt('customer', 'select public.clear_cart()');
select pg_temp.attempt('customer', 'select public.add_to_cart({berry})');
select pg_temp.attempt('customer', 'update public.cart_items set quantity = 900');
select is((pg_temp.ask('x', 'customer', 'public.get_cart()') #> '{items,0}') ->> 'available_quantity', null, 'a line made too long by hand tells no stock');
select is(pg_temp.hint('customer', 'select public.checkout(''leak'', ''cash_on_delivery'', shipping_address => {address}::jsonb)'), 'So many of Berry are not left. variant_id: b3000000-0000-4000-8000-000000000002, available: more than 10', '… nor does its checkout');
select is((pg_temp.ask('x', 'visitor', format('public.merge_cart(%L)', '[{"variant_id": "b3000000-0000-4000-8000-000000000002", "quantity": 900}]')) #>> '{items,0,quantity}'), '900', '… nor a merge that would be capped by it');

-- Tokens that are none
select is(pg_temp.attempt('visitor', format('select public.%s', verb.call)), 'PT422 invalid_cart_token', verb.call || ' with no token at all')
from (values ('add_to_cart({apple}, cart_token => ''null'')'), ('get_cart(''undefined'')')) as verb (call);
select set_config('request.headers', '{"x-cart-token": "null"}', true);
select is(pg_temp.attempt('visitor', 'select public.add_to_cart({apple})'), 'PT422 invalid_cart_token', 'a header that says "null" opens no new cart each time');
select is(pg_temp.attempt('customer', 'select public.get_cart()'), '1', '… and does not matter to somebody who is signed in');
select set_config('request.headers', '{"x-cart-token": ""}', true);
select is(pg_temp.attempt('visitor', 'select public.add_to_cart({apple})'), '1', 'an empty one is none');

select is((select count(*) from public.check_invariants())::integer, 0, 'the books are right');
select * from finish();
rollback;
