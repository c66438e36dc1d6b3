-- A person in Studio runs SQL as the project's owner, without a session: the same verbs stand in for a store there.
begin;
set local search_path = public, extensions;
select plan(16);
-- include: actors, orders
insert into actors values ('studio', 'postgres', null);

select pg_temp.ask('x', 'customer', 'public.add_to_cart({apple}, 2)');
select pg_temp.ask('one', 'customer', $$public.checkout('studio-1', 'cash_on_delivery', shipping_address => {address}::jsonb)$$);
select pg_temp.ask('x', 'customer', 'public.add_to_cart({berry}, 1)');
select pg_temp.ask('two', 'customer', $$public.checkout('studio-2', 'cash_on_delivery', shipping_address => {address}::jsonb)$$);
select pg_temp.name_value('one', (select value -> 'orders' -> 0 ->> 'id' from answers where name = 'one'));
select pg_temp.name_value('two', (select value -> 'orders' -> 0 ->> 'id' from answers where name = 'two'));

select is(pg_temp.attempt('studio', $$select public.advance_order({one}, 'shipped', 'Post', 'X1')$$), '1', 'ships an order');
select is(pg_temp.attempt('studio', $$select public.advance_order({one}, 'delivered')$$), 'PT409 order_unpaid', 'under the rules of the store');
select is(pg_temp.attempt('studio', 'select public.record_cash_payment({one})'), '1', 'records its cash');
select is(pg_temp.attempt('studio', $$select public.advance_order({one}, 'delivered')$$), '1', 'and delivers it');
select is(pg_temp.attempt('studio', $$select public.cancel_order({two}, 'Fraud.')$$), '1', 'cancels an order');
select is((select on_hand from public.stock_levels where variant_id::text = (select value from ids where name = 'berry')), 20, '… whose pieces are back');
select pg_temp.ask('refund', 'studio', 'public.request_refund({one}, amount => 100)');
select pg_temp.name_value('refund', (select value ->> 'id' from answers where name = 'refund'));
select is(pg_temp.attempt('studio', 'select public.decide_refund({refund}, true)'), '1', 'gives money back');
select is((select requested_by is null and decided_by is null and origin = 'store' from public.refunds where id::text = (select value from ids where name = 'refund')), true, '… in nobody''s name');
select is(pg_temp.attempt('studio', $$select public.set_store_status({ritas}, 'suspended')$$), '1', 'suspends a store');
select is(
  (select array_agg(kind || ' ' || title) from public.notifications where user_id = 'b0000000-0000-4000-8000-000000000006' and kind like 'store_%'),
  array['store_suspended Rita''s was suspended by the marketplace'], '… and its owner is told'
);
select is(pg_temp.attempt('admin', $$select public.set_store_status({ritas}, 'suspended')$$), '1', 'once more');
select is((select count(*) from public.notifications where kind like 'store_%')::integer, 1, '… is no news');

-- What is not there, for operators of either kind.
select is(pg_temp.attempt('studio', 'select public.cancel_order(gen_random_uuid())'), 'PT404 order_not_found', 'no order to cancel');
select is(pg_temp.attempt('admin', 'select public.request_refund(gen_random_uuid())'), 'PT404 order_not_found', 'no order to refund');
select is(pg_temp.attempt('service', 'select public.cancel_order({one})'), '42501', 'the secret key is no person');
select is((select count(*) from private.check_invariants()), 0::bigint, 'the books add up');
select * from finish();
rollback;
