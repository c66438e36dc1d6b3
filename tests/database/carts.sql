-- Carts of visitors and customers, coupons, shipping methods.
begin;
set local search_path = public, extensions;
select plan(101);
-- include: actors, orders

-- A visitor's cart.
select is(pg_temp.attempt('visitor', 'select public.get_cart()'), '1', 'a visitor without a cart sees an empty one');
select is(public.get_cart() -> 'items', '[]', 'a visitor''s empty cart has no lines');
select pg_temp.ask('guest', 'visitor', 'public.add_to_cart({apple}, 2)');
select pg_temp.name_value('token', (select value ->> 'token' from answers where name = 'guest'));
select pg_temp.name_value('guest cart', (select value ->> 'id' from answers where name = 'guest'));
select is(
  (select length(value ->> 'token') from answers where name = 'guest'), 64, 'a new cart comes with a secret token'
);
select is(
  (select value ->> 'total_amount' from answers where name = 'guest'), '2000', 'a new cart tells its live total'
);
select is(
  (select value ->> 'included_tax_amount' from answers where name = 'guest'), '333',
  'a cart tells the tax contained in its total'
);
select is(
  (select token_hash from public.carts where id = (select value from ids where name = 'guest cart')::uuid),
  sha256(convert_to((select value from ids where name = 'token'), 'UTF8')), 'only the hash of the token is stored'
);
select is(
  pg_temp.ask('x', 'visitor', 'public.get_cart({token})') ->> 'item_count', '2', 'a cart is opened by its token'
);
select is(
  pg_temp.ask('x', 'visitor', 'public.get_cart({guest cart})') ->> 'id', null, 'a cart is not opened by its id'
);
select is(
  pg_temp.ask('x', 'customer', 'public.get_cart({token})') ->> 'id', null,
  'a signed-in customer sees their own, not the visitor''s'
);
select set_config(
  'request.headers', jsonb_build_object('x-cart-token', (select value from ids where name = 'token'))::text, true
);
select is(
  pg_temp.ask('x', 'visitor', 'public.get_cart()') ->> 'item_count', '2', 'a cart''s token may come as a header'
);
select set_config('request.headers', '', true);
select is(
  pg_temp.ask('x', 'visitor', 'public.add_to_cart({cherry}, 3, null, {token})') ->> 'total_amount', '5222',
  'two stores share a cart, each with its tax'
);
select is(
  pg_temp.ask('x', 'visitor', 'public.add_to_cart({apple}, 1, null, {token})') -> 'items' -> 0 ->> 'quantity', '3',
  'adding a variant again adds up'
);
select is(
  pg_temp.attempt('visitor', 'select public.add_to_cart({apple}, 20, null, {token})'), 'PT409 out_of_stock',
  'no more is added than there is'
);
select is(
  pg_temp.attempt('visitor', 'select public.add_to_cart({apple}, 0)'), 'PT422 invalid_quantity',
  'zero is no quantity to add'
);
select is(
  pg_temp.attempt('visitor', 'select public.add_to_cart({apple}, -1)'), 'PT422 invalid_quantity',
  'less than nothing is no quantity to add'
);
select is(
  pg_temp.attempt('visitor', 'select public.add_to_cart({apple}, null)'), 'PT422 invalid_quantity',
  'null is no quantity to add'
);
select is(
  pg_temp.attempt('visitor', 'select public.add_to_cart({apple}, 100001)'), 'PT422 invalid_quantity',
  'more than the limit of a line is no quantity to add'
);
select is(
  pg_temp.attempt('visitor', 'select public.add_to_cart({olgas})'), 'PT404 product_not_found',
  'an id of something else is no variant to add'
);
select is(
  pg_temp.attempt('visitor', 'select public.add_to_cart()'), 'PT404 product_not_found', 'no id is no variant to add'
);
select is(
  pg_temp.ask(
    'x', 'visitor', 'public.add_to_cart(product_id => ''b2000000-0000-4000-8000-000000000002'', cart_token => {token})'
  ) -> 'items' -> 1 ->> 'name',
  'Berry', 'a product with one variant may be added by its own id'
);
insert into public.product_variants (product_id, store_id, title, option_values, mrp_amount, price_amount, currency)
values (
  'b2000000-0000-4000-8000-000000000002', 'b1000000-0000-4000-8000-000000000001', 'Large', '{L}', 500, 500, 'USD'
);
select is(
  pg_temp.attempt('visitor', 'select public.add_to_cart(product_id => ''b2000000-0000-4000-8000-000000000002'')'),
  'PT422 variant_required', 'a product with several variants may not be added by its own id'
);
select is(
  pg_temp.ask('x', 'visitor', 'public.set_cart_quantity({berry}, 4, {token})') -> 'items' -> 1 ->> 'quantity', '4',
  'the quantity of a line is set'
);
select is(
  pg_temp.attempt('visitor', 'select public.set_cart_quantity({berry}, 21, {token})'), 'PT409 out_of_stock',
  'a quantity is set within what there is'
);
select is(
  pg_temp.attempt('visitor', 'select public.set_cart_quantity({berry}, -1, {token})'), 'PT422 invalid_quantity',
  'a quantity is not set below zero'
);
select is(
  pg_temp.attempt('visitor', 'select public.set_cart_quantity({yuzu}, 1, {token})'), 'PT404 cart_item_not_found',
  'a quantity is set only of lines that are there'
);
select is(
  pg_temp.attempt('visitor', 'select public.set_cart_quantity({berry}, 1, repeat(''0'', 64))'), 'PT404 cart_not_found',
  'a quantity is set only with the right token'
);
select is(
  jsonb_array_length(pg_temp.ask('x', 'visitor', 'public.set_cart_quantity({berry}, 0, {token})') -> 'items'), 2,
  'setting a quantity to zero removes the line'
);
select is(
  jsonb_array_length(pg_temp.ask('x', 'visitor', 'public.remove_from_cart({cherry}, {token})') -> 'items'), 1,
  'remove_from_cart removes the line'
);
select is(
  jsonb_array_length(pg_temp.ask('x', 'visitor', 'public.remove_from_cart({cherry}, {token})') -> 'items'), 1,
  'remove_from_cart may be repeated'
);

-- Claiming and merging.
select is(
  pg_temp.attempt('visitor', 'select public.claim_cart({token})'), 'PT401 not_signed_in', 'a visitor claims no cart'
);
select is(
  pg_temp.ask('x', 'customer', 'public.claim_cart({token})') ->> 'id',
  (select value from ids where name = 'guest cart'),
  'a cart becomes the customer''s when she claims it after signing in'
);
select is(
  pg_temp.ask('x', 'customer', 'public.claim_cart({token})') ->> 'item_count', '3',
  'claiming a cart again changes nothing'
);
select is(
  pg_temp.ask('x', 'visitor', 'public.get_cart({token})') ->> 'id', null,
  'the token of a claimed cart opens nothing any more'
);
select is(
  pg_temp.attempt('other customer', 'select public.claim_cart({token})'), 'PT404 cart_not_found',
  'nobody else can claim a cart that was claimed'
);
select is(pg_temp.attempt('customer', 'select public.claim_cart()'), 'PT404 cart_not_found', 'no token claims no cart');
select pg_temp.ask('second', 'visitor', 'public.add_to_cart({apple}, 19)');
select pg_temp.name_value('second token', (select value ->> 'token' from answers where name = 'second'));
select is(
  pg_temp.ask('x', 'customer', 'public.claim_cart({second token})') ->> 'item_count', '22',
  'claiming a second cart adds its quantities up'
);
select is(
  (
    select (value -> 'items' -> 0 ->> 'availability') || ', of which there are ' || coalesce(
      value -> 'items' -> 0 ->> 'available_quantity', 'more than are told'
    )
    from answers
    where name = 'x'
  ),
  'insufficient_stock, of which there are more than are told',
  'merging tells no stock above ten by capping the quantity'
);
select is(
  pg_temp.ask('x', 'customer', 'public.set_cart_quantity({apple}, 20)') ->> 'is_available', 'true',
  'a capped quantity can be set to what there is, and ordered'
);
select is(
  pg_temp.ask('x', 'customer', format('public.merge_cart(%L)', jsonb_build_array(
    jsonb_build_object('variant_id', 'b3000000-0000-4000-8000-000000000003', 'quantity', 2),
    jsonb_build_object('variant_id', gen_random_uuid(), 'quantity', 2)))) ->> 'item_count',
  '22', 'a local cart is merged in; what is not sold stays out'
);
select is(
  pg_temp.attempt('customer', 'select public.merge_cart(''{}'')'), 'PT422 invalid_items',
  'merge_cart refuses what is no list'
);
select is(
  pg_temp.attempt('customer', 'select public.merge_cart(''[1]'')'), 'PT422 invalid_items',
  'merge_cart refuses a list of what are no objects'
);
select is(
  pg_temp.attempt('customer', 'select public.merge_cart(''[{"variant_id": "x", "quantity": 1}]'')'),
  'PT422 invalid_items', 'merge_cart refuses a variant that is no id'
);
select is(
  pg_temp.attempt(
    'customer',
    'select public.merge_cart(''[{"variant_id": "b3000000-0000-4000-8000-000000000003", "quantity": 1.5}]'')'
  ),
  'PT422 invalid_items', 'merge_cart refuses a quantity that is not whole'
);
select isnt(
  pg_temp.ask(
    'x', 'visitor', 'public.merge_cart(''[{"variant_id": "b3000000-0000-4000-8000-000000000003", "quantity": 1}]'')'
  ) ->> 'token',
  null, 'a visitor''s local cart opens one on the server'
);

-- Plain writes where they are right.
select is(
  pg_temp.attempt('customer', 'update public.cart_items set quantity = 5 where variant_id = {apple}'), '1',
  'a customer sets a quantity by a plain update'
);
select is(
  pg_temp.attempt('other customer', 'update public.cart_items set quantity = 5'), '0',
  'a plain update reaches nobody else''s cart'
);
select is(
  pg_temp.attempt('customer', 'update public.cart_items set quantity = 0 where variant_id = {apple}'),
  'PT422 invalid_value', 'a plain update sets no quantity to zero'
);
select is(
  pg_temp.attempt('customer', 'update public.cart_items set cart_id = gen_random_uuid()'), '42501',
  'a plain update moves no line to another cart'
);
select is(
  pg_temp.attempt(
    'customer', 'insert into public.cart_items (cart_id, variant_id, quantity) values ({guest cart}, {berry}, 1)'
  ),
  '42501', 'a customer inserts no line directly'
);
select is(
  pg_temp.attempt('visitor', 'select * from public.carts'), '42501', 'a visitor reads no table of carts directly'
);

-- Coupons.
insert into public.coupons (store_id, code, kind, percent_bps, min_order_amount, currency)
values ('b1000000-0000-4000-8000-000000000001', 'Ten', 'percentage', 1000, 5000, 'USD');
insert into public.coupons (store_id, code, kind, percent_bps)
values ('b1000000-0000-4000-8000-000000000002', 'TEN', 'percentage', 5000);
insert into public.coupons (code, kind, amount, currency) values ('HUNDRED', 'amount', 100, 'USD');
insert into public.coupons (code, kind, amount, currency) values ('EURO', 'amount', 100, 'EUR');
insert into public.coupons (code, kind, amount, currency) values ('HUGE', 'amount', 99999999, 'USD');
insert into public.coupons (code, kind, percent_bps, starts_at, ends_at)
values ('LATE', 'percentage', 1000, now() - interval '1 day', now());
insert into public.coupons (code, kind, percent_bps, starts_at)
values ('EARLY', 'percentage', 1000, now() + interval '1 millisecond');
insert into public.coupons (code, kind, percent_bps, is_active) values ('GONE', 'percentage', 1000, false);
insert into public.coupons (code, kind, percent_bps, usage_limit, used_count)
values ('SPENT', 'percentage', 1000, 1, 1);
insert into public.coupons (code, kind) values ('FREESHIP', 'free_shipping');
insert into public.coupons (store_id, code, kind, percent_bps)
values ('b1000000-0000-4000-8000-000000000003', 'YEN', 'percentage', 1000);
select is(
  pg_temp.ask('x', 'customer', 'public.apply_coupon('' tEN '', {olgas})') -> 'coupons' -> 0 ->> 'amount', '500',
  'a coupon''s code is found whatever its case and spaces'
);
select is(
  pg_temp.ask('x', 'customer', 'public.apply_coupon(''TEN'', {ritas})') -> 'coupons' -> 1 ->> 'amount', '999',
  'the same word may be a coupon''s code in two stores'
);
select is(
  pg_temp.ask('x', 'customer', 'public.apply_coupon(''hundred'')') ->> 'discount_amount', '1599',
  'the marketplace''s coupon comes on top of those of the stores'
);
select is(
  (
    select sum((line ->> 'discount_amount')::bigint) from answers,
    jsonb_array_elements(value -> 'items') as line where name = 'x'
  ), 1599::numeric,
  'a coupon''s shares of the lines add up to what it takes off'
);
select is(
  jsonb_array_length(pg_temp.ask('x', 'customer', 'public.apply_coupon(''huge'')') -> 'coupons'), 3,
  'a second coupon of the marketplace replaces the first'
);
select is(
  (select value ->> 'total_amount' from answers where name = 'x'), '0',
  'a coupon of a fixed amount never takes off more than there is'
);
select is(
  (select value ->> 'discount_amount' from answers where name = 'x'),
  (select value ->> 'subtotal_amount' from answers where name = 'x'),
  'a coupon of a fixed amount takes off no more than the subtotal'
);
select is(
  pg_temp.attempt('customer', 'select public.apply_coupon(''EURO'')'), 'PT409 coupon_currency_mismatch',
  'a coupon in another currency is refused'
);
select is(
  pg_temp.attempt('customer', 'select public.apply_coupon(''LATE'')'), 'PT409 coupon_expired',
  'a coupon that ends now has ended'
);
select is(
  pg_temp.attempt('customer', 'select public.apply_coupon(''EARLY'')'), 'PT409 coupon_not_started',
  'a coupon that begins in the next millisecond is refused'
);
select is(
  pg_temp.attempt('customer', 'select public.apply_coupon(''GONE'')'), 'PT404 coupon_not_found',
  'a retired coupon is refused'
);
select is(
  pg_temp.attempt('customer', 'select public.apply_coupon(''SPENT'')'), 'PT409 coupon_used_up',
  'a used-up coupon is refused'
);
select is(
  pg_temp.attempt('customer', 'select public.apply_coupon(''YEN'')'), 'PT404 coupon_not_found',
  'a coupon of a store that is not in the cart is refused'
);
select is(
  pg_temp.attempt('customer', 'select public.apply_coupon(repeat(''x'', 100000))'), 'PT404 coupon_not_found',
  'a very long code is refused'
);
select is(
  pg_temp.attempt('customer', 'update public.cart_items set quantity = 4 where variant_id = {apple}'), '1',
  'a cart may fall below the minimum of its coupon'
);
select is(
  pg_temp.ask('x', 'customer', 'public.get_cart()') -> 'coupons' -> 0 ->> 'problem', 'coupon_below_minimum',
  'a cart that fell below the minimum of its coupon says so'
);
select is(
  pg_temp.attempt(
    'customer', 'select public.checkout(''k1'', ''cash_on_delivery'', shipping_address => {address}::jsonb)'
  ),
  'PT409 coupon_below_minimum', 'the checkout refuses a coupon below its minimum instead of charging more'
);
select is(
  jsonb_array_length(pg_temp.ask('x', 'customer', 'public.remove_coupon(''ten'')') -> 'coupons'), 1,
  'remove_coupon takes a code off, of whatever store'
);
select is(
  jsonb_array_length(pg_temp.ask('x', 'customer', 'public.remove_coupon()') -> 'coupons'), 0,
  'remove_coupon without a code takes all of them off'
);
select throws_ok(
  $$insert into public.coupons (code, kind, percent_bps) values ('MORE', 'percentage', 10001)$$, '23514', null,
  'no coupon takes more than all there is to pay'
);
select throws_ok(
  $$insert into public.coupons (code, kind, percent_bps) values ('hundred', 'percentage', 1)$$, '23505', null,
  'codes of coupons are unique whatever their case'
);
select throws_ok(
  $$insert into public.coupons (code, kind, amount) values ('NOCUR', 'amount', 1)$$, '23514', null,
  'a coupon of a fixed amount has a currency'
);
select is(
  pg_temp.attempt(
    'manager',
    'insert into public.coupons (store_id, code, kind, percent_bps) values ({olgas}, ''MGR'', ''percentage'', 100)'
  ),
  '1', 'a manager makes coupons for the store'
);
select is(
  pg_temp.attempt(
    'staff',
    'insert into public.coupons (store_id, code, kind, percent_bps) values ({olgas}, ''STF'', ''percentage'', 100)'
  ),
  '42501', 'staff makes no coupons'
);
select is(
  pg_temp.attempt(
    'manager',
    'insert into public.coupons (store_id, code, kind, percent_bps) values ({ritas}, ''OTH'', ''percentage'', 100)'
  ),
  '42501', 'a manager makes no coupons for another store'
);
select is(
  pg_temp.attempt(
    'manager', 'insert into public.coupons (code, kind, percent_bps) values (''PLT'', ''percentage'', 100)'
  ),
  '42501', 'a manager makes no coupons for the marketplace'
);
select is(
  pg_temp.attempt(
    'admin', 'insert into public.coupons (code, kind, percent_bps) values (''PLT'', ''percentage'', 100)'
  ),
  '1', 'an admin makes coupons for the marketplace'
);
select is(
  pg_temp.attempt('manager', 'update public.coupons set used_count = 0'), '42501',
  'nobody turns the counter of a coupon''s uses back'
);

-- Shipping.
select is(
  pg_temp.attempt(
    'manager',
    $$
      insert into public.shipping_methods (store_id, name, kind, rate_amount, free_over_amount, currency)
      values ({olgas}, 'Post', 'free_over', 499, 4500, 'USD')
    $$
  ),
  '1', 'a manager adds a shipping method'
);
select is(
  pg_temp.attempt(
    'owner',
    $$
      insert into public.shipping_methods (store_id, name, kind, currency, position)
      values ({olgas}, 'Come by', 'pickup', 'USD', 1)
    $$
  ),
  '1', 'an owner adds pickup as a shipping method'
);
select is(
  pg_temp.attempt(
    'owner',
    'insert into public.shipping_methods (store_id, name, kind, currency) values ({ritas}, ''Post'', ''flat'', ''USD'')'
  ),
  '42501', 'an owner adds no shipping method to another store'
);
select throws_ok(
  $$
    insert into public.shipping_methods (store_id, name, kind, rate_amount, currency)
    values ('b1000000-0000-4000-8000-000000000001', 'x', 'flat', -1, 'USD')
  $$,
  '23514', null, 'the rate of a shipping method is not negative'
);
select pg_temp.name_value(
  'pickup', (select id::text from public.shipping_methods where kind = 'pickup' and name = 'Come by')
);
select is(
  pg_temp.ask('x', 'customer', 'public.quote_cart()') ->> 'shipping_amount', '499',
  'the first shipping method is taken where none is chosen'
);
select is(
  pg_temp.attempt('customer', 'update public.cart_items set quantity = 5 where variant_id = {apple}'), '1',
  'a customer puts more into the cart by a plain update'
);
select is(
  pg_temp.ask('x', 'customer', 'public.quote_cart()') ->> 'shipping_amount', '0',
  'shipping is free over the amount of its method'
);
select is(
  pg_temp.ask(
    'x', 'customer', 'public.quote_cart(jsonb_build_object({olgas}, {pickup}))'
  ) -> 'stores' -> 0 ->> 'shipping_method_name',
  'Come by', 'a shipping method is chosen by its id'
);
select is(
  pg_temp.attempt('customer', 'select public.quote_cart(''[]'')'), 'PT422 invalid_shipping_method',
  'chosen shipping methods that are no object are refused'
);
update public.shipping_methods set kind = 'flat', free_over_amount = null
where name = 'Post' and store_id = 'b1000000-0000-4000-8000-000000000001';
select is(
  pg_temp.ask('x', 'customer', 'public.apply_coupon(''freeship'')') ->> 'shipping_amount', '0',
  'a coupon pays for the shipping'
);
select is(
  jsonb_array_length(pg_temp.ask('x', 'customer', 'public.clear_cart()') -> 'items'), 0, 'clear_cart removes every line'
);
select is(
  pg_temp.ask('x', 'customer', 'public.get_cart()') -> 'coupons', '[]', 'clear_cart removes the coupons as well'
);

-- Age.
update public.carts set expires_at = now() - interval '1 second'
where user_id = 'b0000000-0000-4000-8000-000000000001' and status = 'active';
select cmp_ok(private.expire_carts(), '>=', 1, 'abandoned carts expire');
select is(pg_temp.ask('x', 'customer', 'public.get_cart()') ->> 'id', null, 'an expired cart is gone for its customer');
select is(
  pg_temp.ask('x', 'customer', 'public.add_to_cart({apple})') ->> 'item_count', '1',
  'a customer whose cart expired starts a new one'
);
update public.cart_items set created_at = now() - interval '3 days';
alter table public.cart_items disable trigger _100_timestamps;
update public.cart_items set updated_at = now() - interval '3 days';
alter table public.cart_items enable trigger _100_timestamps;
select is(private.remind_abandoned_carts(), 0, 'nobody is reminded of a cart of today');
-- An id carries the moment it was made.
update public.carts set status = 'expired' where user_id = 'b0000000-0000-4000-8000-000000000001' and status = 'active';
insert into public.carts (id, user_id, expires_at)
values (
  private.first_id_at(now() - interval '3 days'), 'b0000000-0000-4000-8000-000000000001', now() + interval '1 day'
);
select is(private.remind_abandoned_carts(), 0, 'nobody is reminded of an empty cart');
insert into public.cart_items (cart_id, variant_id, quantity)
values (private.first_id_at(now() - interval '3 days'), 'b3000000-0000-4000-8000-000000000001', 2);
select is(private.remind_abandoned_carts(), 0, 'nobody is reminded of a cart that was touched today');
alter table public.cart_items disable trigger _100_timestamps;
update public.cart_items set updated_at = now() - interval '3 days';
alter table public.cart_items enable trigger _100_timestamps;
select is(private.remind_abandoned_carts(), 1, 'a customer is reminded of a cart that was left for days');
select is(private.remind_abandoned_carts(), 0, 'a customer is reminded of a cart once');
select is(
  (
    select count(*)
    from private.outbox
    where template = 'abandoned_cart' and user_id = 'b0000000-0000-4000-8000-000000000001'
  ),
  1::bigint, 'the reminder of a cart is a mail to its customer'
);
select lives_ok('select private.purge()', 'the job that removes what has served its time runs');
update public.coupons set used_count = 0 where code = 'SPENT';
select is_empty(
  'select * from private.check_invariants()',
  'no invariant of the books is violated after all that happened to the carts'
);
select * from finish();
rollback;
