-- The largest price, the most pieces, the highest tax: still a cart, and still an order.
begin;
set local search_path = public, extensions;
select plan(4);
-- include: actors, orders

update private.settings set max_line_quantity = 100000;
update public.stores set tax_rate_bps = 5000 where id = 'b1000000-0000-4000-8000-000000000001';
update public.product_variants set mrp_amount = 1000000000000, price_amount = 1000000000000
where id = 'b3000000-0000-4000-8000-000000000001';
select pg_temp.attempt('owner', 'select public.adjust_stock({apple}, 1000000)');
select is(
  pg_temp.attempt('customer', 'select public.add_to_cart({apple}, 999)'), '1',
  'a thousand of the dearest product go into the cart'
);
select is(
  pg_temp.attempt('customer', 'update public.cart_items set quantity = 100000'), '1',
  'a hundred thousand of the dearest product are set by a plain write'
);
select is(
  pg_temp.ask('cart', 'customer', 'public.get_cart()') ->> 'subtotal_amount', '100000000000000000',
  'a cart of a hundred thousand of the dearest product tells its amount'
);
select is(
  pg_temp.attempt(
    'customer', 'select public.checkout(''large'', ''cash_on_delivery'', shipping_address => {address}::jsonb)'
  ),
  '1', 'a cart of a hundred thousand of the dearest product can be ordered'
);
select * from finish();
rollback;
