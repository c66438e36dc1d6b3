-- A person in Studio runs SQL as the project's owner, without a session: the same verbs stand in for a store there.
begin;
set local search_path = public, extensions;
select plan(16);
-- include: actors, orders
insert into actors values ('studio', 'postgres', null);

select pg_temp.ask('x', 'customer', 'public.add_to_cart({apple}, 2)');
select pg_temp.ask(
  'one', 'customer', $$public.checkout('studio-1', 'cash_on_delivery', shipping_address => {address}::jsonb)$$
);
select pg_temp.ask('x', 'customer', 'public.add_to_cart({berry}, 1)');
select pg_temp.ask(
  'two', 'customer', $$public.checkout('studio-2', 'cash_on_delivery', shipping_address => {address}::jsonb)$$
);
select pg_temp.name_value('one', (select value -> 'orders' -> 0 ->> 'id' from answers where name = 'one'));
select pg_temp.name_value('two', (select value -> 'orders' -> 0 ->> 'id' from answers where name = 'two'));

select is(
  pg_temp.attempt('studio', $$select public.advance_order({one}, 'shipped', 'Post', 'X1')$$), '1',
  'a person in Studio ships an order'
);
select is(
  pg_temp.attempt('studio', $$select public.advance_order({one}, 'delivered')$$), 'PT409 order_unpaid',
  'a person in Studio delivers no unpaid order, like the store'
);
select is(
  pg_temp.attempt('studio', 'select public.record_cash_payment({one})'), '1',
  'a person in Studio records the cash of an order'
);
select is(
  pg_temp.attempt('studio', $$select public.advance_order({one}, 'delivered')$$), '1',
  'a person in Studio delivers an order'
);
select is(
  pg_temp.attempt('studio', $$select public.cancel_order({two}, 'Fraud.')$$), '1', 'a person in Studio cancels an order'
);
select is(
  (select on_hand from public.stock_levels where variant_id::text = (select value from ids where name = 'berry')), 20,
  'the pieces of an order cancelled in Studio are back'
);
select pg_temp.ask('refund', 'studio', 'public.request_refund({one}, amount => 100)');
select pg_temp.name_value('refund', (select value ->> 'id' from answers where name = 'refund'));
select is(
  pg_temp.attempt('studio', 'select public.decide_refund({refund}, true)'), '1', 'a person in Studio approves a refund'
);
select is(
  (
    select requested_by is null and decided_by is null and origin = 'store'
    from public.refunds
    where id::text = (select value from ids where name = 'refund')
  ),
  true, 'a refund approved in Studio is in nobody''s name'
);
select is(
  pg_temp.attempt('studio', $$select public.set_store_status({ritas}, 'suspended')$$), '1',
  'a person in Studio suspends a store'
);
select is(
  (
    select array_agg(kind || ' ' || title)
    from public.notifications
    where user_id = 'b0000000-0000-4000-8000-000000000006' and kind like 'store_%'
  ),
  array['store_suspended Rita''s was suspended by the marketplace'], 'the owner of a store suspended in Studio is told'
);
select is(
  pg_temp.attempt('admin', $$select public.set_store_status({ritas}, 'suspended')$$), '1',
  'an admin may suspend a suspended store once more'
);
select is(
  (select count(*) from public.notifications where kind like 'store_%')::integer, 1,
  'the owner is not told of a suspension twice'
);

-- What is not there, for operators of either kind.
select is(
  pg_temp.attempt('studio', 'select public.cancel_order(gen_random_uuid())'), 'PT404 order_not_found',
  'an order that does not exist is not cancelled in Studio'
);
select is(
  pg_temp.attempt('admin', 'select public.request_refund(gen_random_uuid())'), 'PT404 order_not_found',
  'an order that does not exist is not refunded by an admin'
);
select is(
  pg_temp.attempt('service', 'select public.cancel_order({one})'), '42501', 'the secret key does not cancel an order'
);
select is(
  (select count(*) from private.check_invariants()), 0::bigint,
  'no invariant of the books is violated by what was done in Studio'
);
select * from finish();
rollback;
