-- Dinars have a third decimal that no card can be charged: whatever is worked out ends with 0, and the books still add
-- up.
begin;
set local search_path = public, extensions;
select plan(21);
-- include: actors, orders

set constraints all deferred;
insert into public.store_links (slug, store_id) values ('dinars', 'b1000000-0000-4000-8000-000000000009');
insert into public.stores (
  id, owner_id, name, slug, status, line1, city, country_code, currency, tax_rate_bps, is_tax_inclusive
)
values (
  'b1000000-0000-4000-8000-000000000009', 'b0000000-0000-4000-8000-000000000006', 'Dinars', 'dinars', 'active', 'A 1',
  'B', 'AE', 'KWD', 825, false
);
insert into public.store_members (store_id, user_id, role)
values ('b1000000-0000-4000-8000-000000000009', 'b0000000-0000-4000-8000-000000000006', 'owner');
insert into ids values ('dinars', 'b1000000-0000-4000-8000-000000000009');

select is(
  pg_temp.attempt(
    'rival', $$select public.save_product({dinars}, name => 'Odd', category => 'Dinars', price_amount => 1235)$$
  ),
  'PT422 invalid_price', 'a price that no card can be charged is refused'
);
select is(
  pg_temp.attempt(
    'rival',
    $$
      insert into public.shipping_methods (store_id, name, kind, rate_amount, currency)
      values ({dinars}, 'Odd', 'flat', 755, 'KWD')
    $$
  ),
  'PT422 invalid_value', 'a shipping rate that no card can be charged is refused'
);
select is(
  pg_temp.attempt(
    'rival',
    $$
      insert into public.shipping_methods (store_id, name, kind, rate_amount, currency)
      values ({dinars}, 'Post', 'flat', 750, 'KWD')
    $$
  ),
  '1', 'a shipping rate that a card can be charged is taken'
);
select pg_temp.ask(
  'one', 'rival',
  $$public.save_product({dinars}, name => 'One', category => 'Dinars', price_amount => 9990, quantity => 20)$$
);
select pg_temp.ask(
  'two', 'rival',
  $$public.save_product({dinars}, name => 'Two', category => 'Dinars', price_amount => 3330, quantity => 20)$$
);
select pg_temp.name_value('one', (select value -> 'variants' -> 0 ->> 'id' from answers where name = 'one'));
select pg_temp.name_value('two', (select value -> 'variants' -> 0 ->> 'id' from answers where name = 'two'));

-- A third off, 33 fils more, and a code for a third of that; tax on top.
select pg_temp.attempt(
  'rival',
  $$
    insert into public.discounts (store_id, name, kind, percent_bps, is_stackable)
    values ({dinars}, 'Third', 'percentage', 3333, true)
  $$
);
select pg_temp.attempt(
  'rival',
  $$
    insert into public.discounts (store_id, name, kind, amount, is_stackable)
    values ({dinars}, 'Fils', 'amount', 33, true)
  $$
);
select pg_temp.attempt(
  'rival',
  $$insert into public.coupons (store_id, code, kind, percent_bps) values ({dinars}, 'THIRD', 'percentage', 3333)$$
);
select pg_temp.ask('x', 'customer', 'public.add_to_cart({one}, 3)');
select pg_temp.ask('x', 'customer', 'public.add_to_cart({two}, 1)');
select pg_temp.ask('cart', 'customer', 'public.apply_coupon(''third'')');
select is(
  (
    select item ->> 'unit_price_amount' from answers,
    jsonb_array_elements(value -> 'items') as item where name = 'cart' and item ->> 'name' = 'One'
  ),
  '6630', 'a discounted price can be charged: 9990 less 33.33 % (3330) and 30'
);
select is(
  (select value -> 'coupons' -> 0 ->> 'amount' from answers where name = 'cart'), '7360',
  'a coupon''s amount can be charged: a third of 22080 is 7359.264, half up to 7360'
);
select is(
  (
    select count(*)
    from answers, jsonb_array_elements(value -> 'items') as item, jsonb_each(item) as part
    where name = 'cart' and part.key like '%amount' and part.key <> 'included_tax_amount'
      and (part.value::text)::bigint % 10 <> 0
  )::integer,
  0, 'every amount of every line ends with 0'
);
select is(
  (
    select (value ->> 'discount_amount')::bigint = (
      select sum((item ->> 'discount_amount')::bigint) from jsonb_array_elements(value -> 'items') as item
    )
    from answers
    where name = 'cart'
  ),
  true, 'the shares of a code add up in steps'
);
select is(
  (select (value ->> 'total_amount')::bigint % 10 from answers where name = 'cart'), 0::bigint,
  'the total of a cart can be charged'
);

select pg_temp.ask(
  'order', 'customer', 'public.checkout(''dinars'', ''cash_on_delivery'', shipping_address => {address}::jsonb)'
);
select pg_temp.name_value('order', (select value -> 'orders' -> 0 ->> 'id' from answers where name = 'order'));
select is(
  (select value ->> 'total_amount' from answers where name = 'order'),
  (select value ->> 'total_amount' from answers where name = 'cart'), 'a checkout costs what its cart told'
);
select pg_temp.attempt('rival', 'select public.record_cash_payment({order})');
select pg_temp.name_value('line', id::text)
from public.order_lines
where order_id::text = (select value from ids where name = 'order') and quantity = 3;

-- Piece by piece, then the rest: what is given back can be, too, and is exactly what was paid.
create function pg_temp.give_back(what text) returns bigint
language plpgsql
as $$
declare
  v_amount bigint;
begin
  perform pg_temp.ask('refund', 'customer', format('public.request_refund({order}%s)', what));
  select (value ->> 'amount')::bigint into v_amount from answers where name = 'refund';
  perform pg_temp.name_value('refund', (select value ->> 'id' from answers where name = 'refund'));
  perform pg_temp.attempt('rival', 'select public.decide_refund({refund}, true)');
  return v_amount;
end;
$$;
select is(
  pg_temp.attempt('customer', 'select public.request_refund({order}, amount => 1005)'), 'PT422 invalid_refund',
  'a refund of an amount that cannot be given back is refused'
);
create temporary table given (amount bigint);
insert into given select pg_temp.give_back(
  ', jsonb_build_array(jsonb_build_object(''order_line_id'', {line}, ''quantity'', 1))'
)
from generate_series(1, 3);
select is(
  (select count(*)::integer from given where amount > 0 and amount % 10 = 0), 3,
  'three pieces can be given back in steps, one after the other'
);
select is(
  (select sum(amount) from given),
  (select total_amount from public.order_lines where id::text = (select value from ids where name = 'line'))::numeric,
  'three pieces given back one after the other are the whole line'
);
insert into given select pg_temp.give_back('');
select is(
  (select sum(amount)::text from given), (select value ->> 'total_amount' from answers where name = 'order'),
  'the pieces and the rest given back are the whole order'
);
select is(
  (select payment_status from public.orders where id::text = (select value from ids where name = 'order')), 'refunded',
  'an order of which everything was given back is refunded'
);
select is_empty(
  'select * from private.check_invariants()', 'no invariant of the books is violated by amounts in steps'
);

-- Everybody else pays to the minor unit.
select is(
  (select array_agg(code order by code collate "C") from public.currencies where step <> 1), array['BHD', 'KWD', 'TND'],
  'the currencies with a step are those with a third decimal'
);
select is(
  (select count(*) from public.currencies where (exponent = 3) <> (step = 10))::integer, 0,
  'every currency with three decimals has a step of ten, and no other'
);
select is(private.money_step('JPY'), 1::bigint, 'the step of yen is one');
select is(private.money_step('USD'), 1::bigint, 'the step of dollars is one cent');
select is(
  pg_temp.attempt(
    'owner', $$select public.save_product({olgas}, name => 'Odd', category => 'Dinars', price_amount => 1235)$$
  ),
  '1', 'a price in dollars may have any last digit'
);
select is(
  pg_temp.attempt(
    'owner',
    $$
      insert into public.shipping_methods (store_id, name, kind, rate_amount, currency)
      values ({olgas}, 'Odd', 'flat', 755, 'USD')
    $$
  ),
  '1', 'a shipping rate in dollars may have any last digit'
);
select * from finish();
rollback;
