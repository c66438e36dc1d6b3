-- The last line of defence: constraints that hold whatever a verb does wrong, and rights that no verb stands before.
begin;
set local search_path = public, extensions;
select plan(11);
-- include: actors, orders

insert into public.coupons (id, store_id, code, kind, percent_bps, usage_limit) values
  ('b4000000-0000-4000-8000-000000000001', null, 'ONE', 'percentage', 100, 1),
  ('b4000000-0000-4000-8000-000000000002', null, 'TWO', 'percentage', 100, null);
select pg_temp.ask(
  'cart', 'customer',
  'public.merge_cart(jsonb_build_array(jsonb_build_object(''variant_id'', {apple}, ''quantity'', 2)))'
);
select pg_temp.ask(
  'placed', 'customer', 'public.checkout(''key'', ''cash_on_delivery'', shipping_address => {address}::jsonb)'
);
select pg_temp.name_value('order', (select value -> 'orders' -> 0 ->> 'id' from answers where name = 'placed'));
select pg_temp.attempt('owner', 'select public.record_cash_payment({order})');
select pg_temp.attempt('customer', 'select public.request_refund({order}, amount => 100)');
select pg_temp.ask(
  'cart', 'customer',
  'public.merge_cart(jsonb_build_array(jsonb_build_object(''variant_id'', {apple}, ''quantity'', 1)))'
);

select throws_ok(
  pg_temp.fill_in('update public.orders set refunding_amount = total_amount + 1 where id = {order}'), '23514', null,
  'an order never refunds more than its total'
);
select throws_ok(
  pg_temp.fill_in('update public.payments set refunding_amount = captured_amount + 1 where order_id = {order}'),
  '23514', null, 'a payment never refunds more than was captured'
);
select throws_ok(
  'update public.coupons set used_count = 2 where code = ''ONE''', '23514', null, 'a coupon is never used too often'
);
select throws_ok(
  $$insert into public.cart_coupons (cart_id, coupon_id, store_id)
    select carts.id, coupons.id, null
    from public.carts, public.coupons
    where carts.status = 'active' and coupons.store_id is null$$,
  '23505', null, 'a cart has one coupon of the marketplace'
);
select throws_ok(
  $$insert into public.refunds (order_id, store_id, customer_id, origin, status, currency, amount)
    select order_id, store_id, customer_id, origin, status, currency, amount
    from public.refunds
    where status = 'requested'$$,
  '23505', null, 'an order has one open request for a refund'
);

select is(
  pg_temp.attempt(actor, 'insert into public.coupons (code, kind, percent_bps) values (''MINE'', ''percentage'', 100)'),
  '42501', 'no coupon of the marketplace is made by the ' || actor || ' of a store'
)
from unnest(array['manager', 'owner']) as actor;
select pg_temp.ask('guest', 'visitor', 'public.add_to_cart({apple})');
select pg_temp.name_value('token', (select value ->> 'token' from answers where name = 'guest'));
select pg_temp.ask('claimed', 'other customer', 'public.claim_cart({token})');
select is(
  pg_temp.ask('opened', 'visitor', 'public.get_cart({token})') -> 'id', 'null'::jsonb,
  'a visitor''s token opens no cart that has an owner'
);
insert into public.store_invitations (store_id, email, role, invited_by, accepted_at, accepted_by)
values (
  'b1000000-0000-4000-8000-000000000001', 'new@example.com', 'staff', 'b0000000-0000-4000-8000-000000000003', now(),
  'b0000000-0000-4000-8000-000000000005'
);
select is(
  pg_temp.attempt('owner', 'delete from public.store_invitations where email = ''new@example.com'''), '0',
  'an invitation that was accepted cannot be deleted'
);
insert into public.discounts (store_id, name, kind, percent_bps, starts_at) values
  ('b1000000-0000-4000-8000-000000000001', 'Planned', 'percentage', 100, now() + interval '1 day');
select is(
  pg_temp.attempt('visitor', 'select from public.discounts where name = ''Planned'''), '0',
  'a planned discount is not seen by a visitor'
);
select is(
  pg_temp.attempt('owner', 'select from public.discounts where name = ''Planned'''), '1',
  'a planned discount is seen by the store'
);
select * from finish();
rollback;
