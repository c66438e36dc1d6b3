-- Ledger, adjustments, alerts, wishlists and requests.
begin;
set local search_path = public, extensions;
select plan(60);
-- include: actors, catalog_people, catalog_stores, catalog_products

create function pg_temp.level() returns text language sql as $$
  select format('%s/%s', on_hand, reserved)
  from stock_levels
  where variant_id = (select value::uuid from ids where name = 'variant')
$$;
-- Adjusting
select is(
  pg_temp.attempt('staff', $$select adjust_stock({variant}, 4, 'received', 'note 7')$$), '1', 'staff receives goods'
);
select is(pg_temp.level(), '12/0', 'goods that were received are in stock');
select is(
  pg_temp.attempt('staff', $$select adjust_stock({variant}, 4, 'received', ' note  7 ')$$), '1',
  'staff may send the same delivery note again'
);
select is(pg_temp.level(), '12/0', 'a delivery note that is sent again counts once');
select is(
  pg_temp.attempt('staff', $$select adjust_stock({variant}, 5, 'received', 'note 7')$$), 'PT409 reference_conflict',
  'a delivery note with another quantity is refused'
);
select is(
  pg_temp.attempt('staff', $$select adjust_stock({variant}, -2, 'damaged')$$), '1', 'staff writes damaged pieces off'
);
select is(
  pg_temp.attempt('staff', $$select adjust_stock({variant}, -11, 'lost')$$), 'PT409 insufficient_stock',
  'more pieces than there are cannot be lost'
);
select is(
  pg_temp.attempt('staff', format($$select adjust_stock({variant}, %s, %L)$$, bad.quantity, bad.reason)), bad.answer,
  format('a move of %s for the reason "%s" is answered by %s', bad.quantity, bad.reason, bad.answer)
)
from (
  values ('0', 'correction', 'PT422 invalid_quantity'), ('null', 'correction', 'PT422 invalid_quantity'),
  ('1000001', 'correction', 'PT422 invalid_quantity'), ('-2147483648', 'correction', 'PT422 invalid_quantity'),
  ('2147483648', 'correction', '42883'), ('-1', 'received', 'PT422 invalid_reason'),
  ('1', 'lost', 'PT422 invalid_reason'), ('1', 'sale', 'PT422 invalid_reason'), ('1', null, 'PT422 invalid_reason')
) as bad (quantity, reason, answer);
select is(
  pg_temp.attempt('staff', $$select adjust_stock({variant}, 1, 'correction', repeat('x', 101))$$),
  'PT422 invalid_reference', 'too long a reference is refused'
);
select is(
  pg_temp.attempt('other owner', $$select adjust_stock({variant}, 1)$$), 'PT404 variant_not_found',
  'another store''s stock is not found'
);
select is(
  pg_temp.attempt('admin', $$select adjust_stock({variant}, 1)$$), 'PT404 variant_not_found',
  'an admin who is no member does not find the stock'
);
select is(
  pg_temp.attempt('staff', $$select adjust_stock(gen_random_uuid(), 1)$$), 'PT404 variant_not_found',
  'an unknown variant''s stock is not found'
);
select is(pg_temp.level(), '10/0', 'refused moves change no stock');

-- Counting
select is(
  pg_temp.attempt('staff', $$select set_stock({variant}, 10, 7)$$), '1', 'a count that knows the old number is taken'
);
select is(pg_temp.level(), '7/0', 'a count that knows the old number sets the new one');
select is(
  pg_temp.attempt('staff', $$select set_stock({variant}, 10, 3)$$), 'PT409 stock_changed',
  'a count that does not know the old number is refused'
);
select is(
  pg_temp.attempt('staff', $$select set_stock({variant}, null, 3)$$), 'PT409 stock_changed',
  'a count that tells no old number is refused'
);
select is(
  pg_temp.attempt('staff', $$select set_stock({variant}, 7, -1)$$), 'PT422 invalid_quantity',
  'a negative count is refused'
);
select is(pg_temp.attempt('staff', $$select set_stock({variant}, 7, 7)$$), '1', 'a count of the same number is taken');
select is(
  pg_temp.attempt('other owner', $$select set_stock({variant}, 7, 0)$$), 'PT404 variant_not_found',
  'a stranger does not count stock'
);
select is(
  (
    select sum(quantity)::integer
    from stock_moves
    where variant_id = (select value::uuid from ids where name = 'variant')
  ),
  7, 'the stock is the sum of its moves'
);
select is(
  (
    select jsonb_agg(after ->> 'on_hand' order by id)
    from audit_log
    where table_name = 'stock_levels' and row_id = (select value::uuid from ids where name = 'variant')
  ),
  '["12", "10", "7"]', 'each change of the stock is in the audit log'
);
update stock_levels set reserved = 5 where variant_id = (select value::uuid from ids where name = 'variant');
select is(
  pg_temp.attempt('staff', $$select set_stock({variant}, 7, 4)$$), 'PT409 insufficient_stock',
  'pieces promised to orders cannot be counted away'
);
select throws_ok($$update stock_levels set reserved = 99$$, '23514', null, 'no update sells more than there is');
select throws_ok(
  $$update stock_moves set quantity = 1$$, 'PT403', null, 'the ledger is not rewritten, not even by its owner'
);
select throws_ok($$delete from stock_moves$$, 'PT403', null, 'the ledger of the stock is not shortened');
select throws_ok($$truncate stock_moves$$, 'PT403', null, 'the ledger of the stock is not emptied');
update stock_levels set reserved = 0 where variant_id = (select value::uuid from ids where name = 'variant');

-- Alerts
select is(
  pg_temp.attempt('owner', $$update stock_levels set low_stock_threshold = 5 where variant_id = {variant}$$), '1',
  'a store sets where low begins'
);
select is(
  pg_temp.attempt('staff', $$select set_stock({variant}, 7, 5)$$), '1', 'staff counts the stock down to the threshold'
);
select is(
  (
    select count(*)
    from private.outbox
    where template = 'low_stock' and payload ->> 'variant_id' = (select value from ids where name = 'variant')
  )::integer,
  1, 'stock that reaches its threshold is mailed once'
);
select is(
  (
    select count(*)
    from notifications
    where kind = 'low_stock' and data ->> 'variant_id' = (select value from ids where name = 'variant')
  )::integer,
  3, 'stock that reaches its threshold is notified to everyone who works there'
);
select is(pg_temp.attempt('staff', $$select set_stock({variant}, 5, 2)$$), '1', 'staff counts the stock further down');
select is(
  (
    select count(*)
    from private.outbox
    where template = 'low_stock' and payload ->> 'variant_id' = (select value from ids where name = 'variant')
  )::integer,
  1, 'stock that falls further below its threshold is not mailed again'
);
select is(
  pg_temp.attempt('staff', $$select adjust_stock({variant}, 10, 'received')$$), '1',
  'staff fills the stock up above the threshold'
);
select is(
  pg_temp.attempt('staff', $$select adjust_stock({variant}, -10)$$), '1', 'the stock falls below the threshold again'
);
select is(
  (
    select count(*)
    from private.outbox
    where template = 'low_stock' and payload ->> 'variant_id' = (select value from ids where name = 'variant')
  )::integer,
  2, 'stock that crosses its threshold again is mailed again'
);

-- Availability
select is(
  (
    select (products.is_in_stock, product_variants.is_in_stock)::text
    from products
    join product_variants on product_variants.product_id = products.id
    where product_variants.id = (select value::uuid from ids where name = 'variant')
  ),
  '(t,t)', 'a product with a free piece is in stock'
);
update stock_levels set reserved = on_hand where variant_id = (select value::uuid from ids where name = 'variant');
select is(
  (
    select (products.is_in_stock, product_variants.is_in_stock)::text
    from products
    join product_variants on product_variants.product_id = products.id
    where product_variants.id = (select value::uuid from ids where name = 'variant')
  ),
  '(f,f)', 'a product whose pieces are all promised is out of stock'
);

-- Back in stock
select is(
  pg_temp.attempt('customer', $$insert into back_in_stock_requests (variant_id) values ({variant})$$), '1',
  'a customer asks to be told when a variant is back'
);
select is(
  pg_temp.attempt('customer', $$insert into back_in_stock_requests (variant_id) values ({draft variant})$$), '42501',
  'a customer does not ask for a variant that she cannot see'
);
select is(
  pg_temp.attempt('other owner', $$select * from back_in_stock_requests$$), '0',
  'others do not see who waits for a variant'
);
update stock_levels set reserved = 0 where variant_id = (select value::uuid from ids where name = 'variant');
select is(
  (
    select count(*)
    from private.outbox
    where template = 'back_in_stock' and user_id = 'a0000000-0000-4000-8000-000000000005'
  )::integer,
  1, 'a customer who waits is mailed when the variant is back'
);
select is(
  (
    select count(*) from notifications where kind = 'back_in_stock' and user_id = 'a0000000-0000-4000-8000-000000000005'
  )::integer,
  1, 'a customer who waits is notified when the variant is back'
);
select is(
  (select count(*) from back_in_stock_requests where user_id = 'a0000000-0000-4000-8000-000000000005')::integer, 0,
  'a customer who was told waits no more'
);

-- Popularity and partitions
insert into stock_moves (variant_id, store_id, quantity, reason) select variant_id, store_id, -3, 'sale'
from stock_levels
where variant_id = (select value::uuid from ids where name = 'variant');
insert into stock_moves (variant_id, store_id, quantity, reason) select variant_id, store_id, 1, 'return'
from stock_levels
where variant_id = (select value::uuid from ids where name = 'variant');
select ok(private.count_product_sales() >= 1, 'a job counts what was sold');
select is(
  (select sales_count from products where id = (select value::uuid from ids where name = 'product')), 2::bigint,
  'what came back is taken off what was sold'
);
select is(private.count_product_sales(), 0, 'the job that counts sales counts each once');
select throws_ok(
  $$
    insert into stock_moves (variant_id, store_id, quantity, reason) select variant_id, store_id, 3, 'sale'
    from stock_levels
    limit 1
  $$,
  '23514', null, 'a sale that adds pieces is refused'
);
select throws_ok(
  $$
    insert into stock_moves (variant_id, store_id, quantity, reason) select variant_id, store_id, 0, 'correction'
    from stock_levels
    limit 1
  $$,
  '23514', null, 'a move of nothing is refused'
);
insert into stock_moves (variant_id, store_id, quantity, reason, created_at) select variant_id, store_id, 1, 'count',
'1999-01-01'
from stock_levels
limit 1;
select is(
  (select count(*) from private.stock_moves_default where created_at = '1999-01-01')::integer, 1,
  'a month without a partition does not stop a write'
);
select is(private.create_month_partitions('stock_moves', 5), 2, 'partitions are made ahead');
select is(private.create_month_partitions('stock_moves', 5), 0, 'partitions are made once');

select * from finish();
rollback;
