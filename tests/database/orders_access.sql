-- The rights on orders and messages where the access matrix is too coarse: the marketplace's coupon, and plain writes.
begin;
set local search_path = public, extensions;
select plan(18);
-- include: actors, orders

-- One order in cash at Olga's, which was sent; another customer's at Rita's.
insert into public.shipping_methods (store_id, name, kind, rate_amount, currency)
values ('b1000000-0000-4000-8000-000000000001', 'Post', 'flat', 499, 'USD');
insert into public.coupons (store_id, code, kind, percent_bps)
values ('b1000000-0000-4000-8000-000000000001', 'TEN', 'percentage', 1000), (null, 'PLATFORM', 'percentage', 1000);
delete from public.shipping_methods where store_id <> 'b1000000-0000-4000-8000-000000000001';
delete from public.coupons where code not in ('TEN', 'PLATFORM');
select pg_temp.ask('cart', 'customer', 'public.add_to_cart({apple}, 2)');
select pg_temp.ask(
  'cash', 'customer', 'public.checkout(''cash'', ''cash_on_delivery'', shipping_address => {address}::jsonb)'
);
select pg_temp.name_value('order', (select value -> 'orders' -> 0 ->> 'id' from answers where name = 'cash'));
select pg_temp.ask('sent', 'owner', 'public.advance_order({order}, ''shipped'', ''DHL'', ''1'')');
select pg_temp.ask('cart', 'other customer', 'public.add_to_cart({cherry}, 1)');
select pg_temp.ask(
  'other', 'other customer', 'public.checkout(''other'', ''cash_on_delivery'', shipping_address => {address}::jsonb)'
);

-- What each sees of two coupons: the store's, and the marketplace's.
select is(
  pg_temp.attempt(actor, 'select from public.coupons'), answer,
  format('of the coupons of a store and of the marketplace the actor "%s" sees: %s', actor, answer)
)
from (values
  ('visitor', '42501'), ('customer', '0'), ('other customer', '0'), ('staff', '1'), ('manager', '1'), ('owner', '1'),
  ('rival', '0'),
  ('admin', '2'), ('service', '2')
) as reader (actor, answer);

select is(
  pg_temp.attempt('other customer', 'update public.notifications set read_at = now()'), '1',
  'people mark their own notifications read'
);
select is(
  pg_temp.attempt('rival', 'delete from public.notifications'), '0', 'people delete nobody else''s notifications'
);
select is(
  pg_temp.attempt('rival', 'delete from public.shipping_methods'), '0', 'nobody deletes another store''s methods'
);
select is(
  pg_temp.attempt('staff', 'update public.shipping_methods set rate_amount = 0'), '0', 'staff changes no shipping rates'
);
select is(
  pg_temp.attempt('manager', 'update public.shipping_methods set store_id = {ritas}'), '42501',
  'a shipping method stays in its store'
);
select is(
  pg_temp.attempt('rival', 'update public.shipments set carrier = ''x'''), '0',
  'nobody redirects another store''s parcels'
);
select is(
  pg_temp.attempt('customer', 'update public.orders set status = ''cancelled'''), '42501',
  'no status of an order is set by a plain write'
);
select is(
  pg_temp.attempt('owner', 'update public.orders set payment_status = ''paid'''), '42501',
  'no payment status of an order is set by a plain write'
);
select is_empty(
  'select * from private.check_invariants()', 'no invariant of the books is violated by what the roles tried'
);
select * from finish();
rollback;
