-- An account is deleted: what it bought stays with the store, and the books still add up.
begin;
set local search_path = public, extensions;
select plan(9);
-- include: actors, orders

insert into public.coupons (store_id, code, kind, percent_bps, per_customer_limit)
values ('b1000000-0000-4000-8000-000000000001', 'DEPART', 'percentage', 1000, 1);
select pg_temp.ask('x', 'customer', 'public.add_to_cart({apple}, 2)');
select pg_temp.ask('x', 'customer', 'public.apply_coupon(''DEPART'')');
select pg_temp.ask(
  'cash', 'customer', $$public.checkout('departed-1', 'cash_on_delivery', shipping_address => {address}::jsonb)$$
);
select pg_temp.ask('x', 'customer', 'public.add_to_cart({berry}, 1)');
select pg_temp.ask('card', 'customer', $$public.checkout('departed-2', 'card', shipping_address => {address}::jsonb)$$);
select pg_temp.ask('x', 'customer', 'public.add_to_cart({cherry}, 1)');
select pg_temp.name_value('cash', (select value -> 'orders' -> 0 ->> 'id' from answers where name = 'cash'));

set constraints all immediate;
select lives_ok(
  $$delete from auth.users where id = 'b0000000-0000-4000-8000-000000000001'$$,
  'a customer with orders, a cart and a pending payment can be deleted'
);
select is_empty(
  'select * from private.check_invariants()', 'no invariant of the books is violated when a customer was deleted'
);
select is(
  (
    select customer_id is null and customer_name is not null and shipping_address is not null
    from public.orders
    where id::text = (select value from ids where name = 'cash')
  ),
  true, 'the order of a deleted customer keeps what its parcel needs'
);
select is(
  pg_temp.attempt('staff', $$select public.advance_order({cash}, 'shipped')$$), '1',
  'the store sends the order of a deleted customer'
);
select is(
  pg_temp.attempt('staff', 'select public.record_cash_payment({cash})'), '1',
  'the store takes the money of a deleted customer''s order'
);
select is(
  pg_temp.attempt('staff', $$select public.advance_order({cash}, 'delivered')$$), '1',
  'the store delivers the order of a deleted customer'
);
update public.checkouts set expires_at = now() - interval '1 second' where status = 'pending' and user_id is null;
select is(private.expire_checkouts(), 1, 'the unpaid checkout of a deleted customer expires');
select is(
  (select reserved from public.stock_levels where variant_id::text = (select value from ids where name = 'berry')), 0,
  'the unpaid checkout of a deleted customer gives its stock back'
);
select is_empty(
  'select * from private.check_invariants()',
  'no invariant of the books is violated when the orders of a deleted customer are done'
);
select * from finish();
rollback;
