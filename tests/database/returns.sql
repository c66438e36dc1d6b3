-- What comes back: the pieces of a refund and of a cancellation are on the shelf again, once.
begin;
set local search_path = public, extensions;
select plan(24);
-- include: actors, orders

create function pg_temp.order_of(name text, lines jsonb) returns void
language plpgsql
as $$
begin
  perform pg_temp.ask('cart', 'customer', format('public.merge_cart(%L)', lines));
  perform pg_temp.ask(
    name, 'customer', format('public.checkout(%L, ''cash_on_delivery'', shipping_address => {address}::jsonb)', name)
  );
  perform pg_temp.name_value(
    name, (select value -> 'orders' -> 0 ->> 'id' from answers where answers.name = order_of.name)
  );
  perform pg_temp.attempt('owner', format('select public.record_cash_payment({%s})', name));
end;
$$;
create function pg_temp.apples() returns text
language sql
as $$
  select format(
    '%s on hand, ledger %s', on_hand,
    (select sum(quantity) from public.stock_moves where stock_moves.variant_id = stock_levels.variant_id)
  )
  from public.stock_levels where variant_id::text = (select value from ids where name = 'apple')
$$;
create function pg_temp.refund(name text, expression text) returns text
language plpgsql
as $$
begin
  perform pg_temp.ask(name, 'customer', expression);
  perform pg_temp.name_value(name, (select value ->> 'id' from answers where answers.name = refund.name));
  return (
    select format(
      '%s, pieces %s', refunds.amount,
      coalesce((select sum(quantity) from public.refund_lines where refund_id = refunds.id), 0)
    )
    from public.refunds where refunds.id::text = (select value from ids where ids.name = refund.name)
  );
end;
$$;
insert into public.shipping_methods (store_id, name, kind, rate_amount, currency)
values ('b1000000-0000-4000-8000-000000000001', 'Post', 'flat', 499, 'USD');

-- All that is left means the pieces, too.
select pg_temp.order_of(
  'whole',
  (select jsonb_build_array(jsonb_build_object('variant_id', value, 'quantity', 3)) from ids where name = 'apple')
);
select is(pg_temp.apples(), '17 on hand, ledger 17', 'three pieces of an order are sold');
select is(
  pg_temp.refund('all', 'public.request_refund({whole})'), '3499, pieces 3',
  'a request for the whole order is for three pieces and the delivery'
);
select is(
  pg_temp.attempt('owner', 'select public.decide_refund({all}, true, restock => true)'), '1',
  'the store approves the whole order and takes the pieces back'
);
select is(pg_temp.apples(), '20 on hand, ledger 20', 'the pieces of a refunded order are on the shelf');
select is(
  (select payment_status from public.orders where id::text = (select value from ids where name = 'whole')), 'refunded',
  'an order that was given back whole is refunded'
);
select is(
  pg_temp.attempt('customer', 'select public.request_refund({whole})'), 'PT409 refund_exceeds_payment',
  'nothing more of an order that was given back whole can be asked for'
);
select is(
  pg_temp.attempt('customer', 'select public.cancel_order({whole})'), '1',
  'a refunded order that was never sent can be cancelled'
);
select is(
  pg_temp.apples(), '20 on hand, ledger 20',
  'the pieces of a refunded order do not come back twice when it is cancelled'
);

-- One piece, then all that is left.
select pg_temp.order_of(
  'parts',
  (select jsonb_build_array(jsonb_build_object('variant_id', value, 'quantity', 3)) from ids where name = 'apple')
);
select pg_temp.name_value(
  'line', (select id::text from public.order_lines where order_id::text = (select value from ids where name = 'parts'))
);
select is(
  pg_temp.refund(
    'one',
    $$
      public.request_refund(
        {parts}, lines => jsonb_build_array(jsonb_build_object('order_line_id', {line}, 'quantity', 1))
      )
    $$
  ),
  '1000, pieces 1', 'one piece of three can be asked back'
);
select is(
  pg_temp.attempt('owner', 'select public.decide_refund({one}, true)'), '1',
  'a refund may be approved without taking the piece back'
);
select is(
  pg_temp.refund('rest', 'public.request_refund({parts})'), '2499, pieces 2',
  'a request for the rest is for the two other pieces and the delivery'
);
select is(
  pg_temp.attempt('owner', 'select public.decide_refund({rest}, true, restock => true)'), '1',
  'the rest is approved and taken back'
);
select is(pg_temp.apples(), '19 on hand, ledger 19', 'the two pieces taken back are on the shelf, the third is not');

-- Money alone brings no pieces.
select pg_temp.order_of(
  'money',
  (select jsonb_build_array(jsonb_build_object('variant_id', value, 'quantity', 2)) from ids where name = 'apple')
);
select is(
  pg_temp.refund('some', 'public.request_refund({money}, amount => 2499)'), '2499, pieces 0',
  'a request by amount names no pieces'
);
select is(
  pg_temp.attempt('owner', 'select public.decide_refund({some}, true, restock => true)'), 'PT422 invalid_refund',
  'a refund by amount cannot be restocked'
);
select is(
  (
    select status || ' ' || is_restocked
    from public.refunds
    where id::text = (select value from ids where name = 'some')
  ),
  'requested false', 'a refund that could not be restocked still waits'
);
select is(
  pg_temp.attempt('owner', 'select public.decide_refund({some}, true)'), '1',
  'a refund by amount can be approved without restocking'
);
select is(
  pg_temp.attempt('owner', 'select public.cancel_order({money})'), '1',
  'an order refunded by amount can be cancelled before it is sent'
);
select is(
  pg_temp.apples(), '19 on hand, ledger 19', 'the pieces of an order refunded by amount and cancelled are back'
);

-- Cash that was taken before a cancellation is handed back over the counter: nobody else will report it.
select pg_temp.order_of(
  'counter',
  (select jsonb_build_array(jsonb_build_object('variant_id', value, 'quantity', 2)) from ids where name = 'apple')
);
select is(
  pg_temp.attempt('customer', 'select public.cancel_order({counter})'), '1',
  'an order paid in cash at the counter can be cancelled'
);
select is(
  (
    select payment_status || ', ' || refunded_amount || ', ' || refunding_amount
    from public.orders
    where id::text = (select value from ids where name = 'counter')
  ),
  'refunded, 2499, 0', 'the money of a cancelled order paid in cash is given back'
);
select is(
  (select status from public.refunds where order_id::text = (select value from ids where name = 'counter')),
  'succeeded', 'the refund of a cancelled order paid in cash waits for no provider'
);
select is(pg_temp.apples(), '19 on hand, ledger 19', 'the pieces of a cancelled order paid in cash are back');

select is(
  (select count(*) from private.check_invariants()), 0::bigint,
  'no invariant of the books is violated by what came back'
);
select * from finish();
rollback;
