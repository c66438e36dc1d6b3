-- Those who run the marketplace see every order and can stand in for its store.
begin;
set local search_path = public, extensions;
select plan(15);
-- include: actors, orders

select pg_temp.attempt('customer', 'select public.add_to_cart(variant_id => {apple}, quantity => 2)');
select pg_temp.ask(
  'cash', 'customer', $$public.checkout('operators-1', 'cash_on_delivery', shipping_address => {address}::jsonb)$$
);
select pg_temp.attempt('customer', 'select public.add_to_cart(variant_id => {berry})');
select pg_temp.ask(
  'other', 'customer', $$public.checkout('operators-2', 'cash_on_delivery', shipping_address => {address}::jsonb)$$
);
select pg_temp.name_value('cash', (select value -> 'orders' -> 0 ->> 'id' from answers where name = 'cash'));
select pg_temp.name_value('other', (select value -> 'orders' -> 0 ->> 'id' from answers where name = 'other'));

select is(
  pg_temp.attempt('admin', 'select * from public.admin_orders where id in ({cash}, {other})'), '2',
  'an admin reads every order, with names'
);
select is(
  pg_temp.attempt('owner', 'select * from public.admin_orders'), '0',
  'the view of all orders shows nothing to a store''s owner'
);
select is(
  pg_temp.attempt('customer', 'select * from public.admin_orders'), '0',
  'the view of all orders shows nothing to a customer'
);
select is(
  pg_temp.attempt('visitor', 'select * from public.admin_orders'), '42501',
  'the view of all orders is closed to visitors'
);

select is(
  pg_temp.attempt('rival', $$select public.advance_order({cash}, 'processing')$$), 'PT404 order_not_found',
  'another store''s owner does not prepare an order'
);
select is(
  pg_temp.attempt('admin', $$select public.advance_order({cash}, 'processing')$$), '1', 'an admin prepares an order'
);
select is(
  pg_temp.attempt('admin', $$select public.advance_order({cash}, 'shipped', 'Post', 'X1')$$), '1',
  'an admin ships an order'
);
select is(
  pg_temp.attempt('admin', $$select public.advance_order({cash}, 'delivered')$$), 'PT409 order_unpaid',
  'an admin delivers no unpaid order, like the store'
);
select is(
  pg_temp.attempt('admin', 'select public.record_cash_payment({cash})'), '1', 'an admin records the cash of an order'
);
select is(
  pg_temp.attempt('admin', $$select public.advance_order({cash}, 'delivered')$$), '1', 'an admin delivers an order'
);
select is(
  pg_temp.attempt('admin', $$select public.cancel_order({other}, 'Fraud.')$$), '1', 'an admin cancels an order'
);

select pg_temp.ask('refund', 'customer', $$public.request_refund({cash}, amount => 500, reason => 'A dent.')$$);
select pg_temp.name_value('refund', (select value ->> 'id' from answers where name = 'refund'));
select is(
  pg_temp.attempt('admin', 'select * from public.admin_refunds where id = {refund}'), '1', 'an admin reads every refund'
);
select is(
  pg_temp.attempt('rival', 'select public.decide_refund({refund}, true)'), 'PT404 refund_not_found',
  'another store''s owner decides about no refund'
);
select is(
  pg_temp.attempt('admin', 'select public.decide_refund({refund}, true)'), '1', 'an admin decides about a refund'
);

select is(
  (select count(*) from private.check_invariants()), 0::bigint,
  'no invariant of the books is violated by what an admin did'
);
select * from finish();
rollback;
