-- Ledger, adjustments, alerts, wishlists and requests.
begin;
set local search_path = public, extensions;
select plan(60);
-- include: actors, catalog_people, catalog_stores, catalog_products

create function pg_temp.level() returns text language sql as $$
  select format('%s/%s', on_hand, reserved) from stock_levels where variant_id = (select value::uuid from ids where name = 'variant')
$$;
-- Adjusting
select is(pg_temp.attempt('staff', $$select adjust_stock({variant}, 4, 'received', 'note 7')$$), '1', 'staff receives goods');
select is(pg_temp.level(), '12/0', '… which are there then');
select is(pg_temp.attempt('staff', $$select adjust_stock({variant}, 4, 'received', ' note  7 ')$$), '1', 'the same delivery note again');
select is(pg_temp.level(), '12/0', '… counts once');
select is(pg_temp.attempt('staff', $$select adjust_stock({variant}, 5, 'received', 'note 7')$$), 'PT409 reference_conflict', 'the same note with another number is refused');
select is(pg_temp.attempt('staff', $$select adjust_stock({variant}, -2, 'damaged')$$), '1', 'things break');
select is(pg_temp.attempt('staff', $$select adjust_stock({variant}, -11, 'lost')$$), 'PT409 insufficient_stock', 'more than there is cannot go');
select is(pg_temp.attempt('staff', format($$select adjust_stock({variant}, %s, %L)$$, bad.quantity, bad.reason)), bad.answer, format('%s %s', bad.quantity, bad.reason))
from (values ('0', 'correction', 'PT422 invalid_quantity'), ('null', 'correction', 'PT422 invalid_quantity'), ('1000001', 'correction', 'PT422 invalid_quantity'), ('-2147483648', 'correction', 'PT422 invalid_quantity'), ('2147483648', 'correction', '42883'), ('-1', 'received', 'PT422 invalid_reason'), ('1', 'lost', 'PT422 invalid_reason'), ('1', 'sale', 'PT422 invalid_reason'), ('1', null, 'PT422 invalid_reason')) as bad (quantity, reason, answer);
select is(pg_temp.attempt('staff', $$select adjust_stock({variant}, 1, 'correction', repeat('x', 101))$$), 'PT422 invalid_reference', 'a reference ends somewhere');
select is(pg_temp.attempt('other owner', $$select adjust_stock({variant}, 1)$$), 'PT404 variant_not_found', 'another store''s stock is out of reach');
select is(pg_temp.attempt('admin', $$select adjust_stock({variant}, 1)$$), 'PT404 variant_not_found', 'an admin is no member');
select is(pg_temp.attempt('staff', $$select adjust_stock(gen_random_uuid(), 1)$$), 'PT404 variant_not_found', 'so is what is not there');
select is(pg_temp.level(), '10/0', 'nothing of that changed anything');

-- Counting
select is(pg_temp.attempt('staff', $$select set_stock({variant}, 10, 7)$$), '1', 'a count that knows the old number');
select is(pg_temp.level(), '7/0', '… sets the new one');
select is(pg_temp.attempt('staff', $$select set_stock({variant}, 10, 3)$$), 'PT409 stock_changed', 'one that does not is refused');
select is(pg_temp.attempt('staff', $$select set_stock({variant}, null, 3)$$), 'PT409 stock_changed', 'so is one that says nothing');
select is(pg_temp.attempt('staff', $$select set_stock({variant}, 7, -1)$$), 'PT422 invalid_quantity', 'a count is not negative');
select is(pg_temp.attempt('staff', $$select set_stock({variant}, 7, 7)$$), '1', 'the same number is no move');
select is(pg_temp.attempt('other owner', $$select set_stock({variant}, 7, 0)$$), 'PT404 variant_not_found', 'strangers do not count');
select is((select sum(quantity)::integer from stock_moves where variant_id = (select value::uuid from ids where name = 'variant')), 7, 'stock is the sum of its moves');
select is((select jsonb_agg(after ->> 'on_hand' order by id) from audit_log where table_name = 'stock_levels' and row_id = (select value::uuid from ids where name = 'variant')), '["12", "10", "7"]', 'and who changed it is in the audit log');
update stock_levels set reserved = 5 where variant_id = (select value::uuid from ids where name = 'variant');
select is(pg_temp.attempt('staff', $$select set_stock({variant}, 7, 4)$$), 'PT409 insufficient_stock', 'pieces promised to orders cannot be counted away');
select throws_ok($$update stock_levels set reserved = 99$$, '23514', null, 'no function, whatever its bug, oversells');
select throws_ok($$update stock_moves set quantity = 1$$, 'PT403', null, 'the ledger is not rewritten, not even by its owner');
select throws_ok($$delete from stock_moves$$, 'PT403', null, '… nor shortened');
select throws_ok($$truncate stock_moves$$, 'PT403', null, '… nor emptied');
update stock_levels set reserved = 0 where variant_id = (select value::uuid from ids where name = 'variant');

-- Alerts
select is(pg_temp.attempt('owner', $$update stock_levels set low_stock_threshold = 5 where variant_id = {variant}$$), '1', 'a store sets where low begins');
select is(pg_temp.attempt('staff', $$select set_stock({variant}, 7, 5)$$), '1', 'stock reaches it');
select is((select count(*) from private.outbox where template = 'low_stock' and payload ->> 'variant_id' = (select value from ids where name = 'variant'))::integer, 1, '… one alert');
select is((select count(*) from notifications where kind = 'low_stock' and data ->> 'variant_id' = (select value from ids where name = 'variant'))::integer, 3, '… to everyone who works there');
select is(pg_temp.attempt('staff', $$select set_stock({variant}, 5, 2)$$), '1', 'it falls further');
select is((select count(*) from private.outbox where template = 'low_stock' and payload ->> 'variant_id' = (select value from ids where name = 'variant'))::integer, 1, '… no other alert');
select is(pg_temp.attempt('staff', $$select adjust_stock({variant}, 10, 'received')$$), '1', 'it is filled up');
select is(pg_temp.attempt('staff', $$select adjust_stock({variant}, -10)$$), '1', '… and falls again');
select is((select count(*) from private.outbox where template = 'low_stock' and payload ->> 'variant_id' = (select value from ids where name = 'variant'))::integer, 2, '… another crossing, another alert');

-- Availability
select is((select (products.is_in_stock, product_variants.is_in_stock)::text from products join product_variants on product_variants.product_id = products.id where product_variants.id = (select value::uuid from ids where name = 'variant')), '(t,t)', 'there is some');
update stock_levels set reserved = on_hand where variant_id = (select value::uuid from ids where name = 'variant');
select is((select (products.is_in_stock, product_variants.is_in_stock)::text from products join product_variants on product_variants.product_id = products.id where product_variants.id = (select value::uuid from ids where name = 'variant')), '(f,f)', 'all of it promised is none');

-- Back in stock
select is(pg_temp.attempt('customer', $$insert into back_in_stock_requests (variant_id) values ({variant})$$), '1', 'a customer asks to be told');
select is(pg_temp.attempt('customer', $$insert into back_in_stock_requests (variant_id) values ({draft variant})$$), '42501', '… of what she can see');
select is(pg_temp.attempt('other owner', $$select * from back_in_stock_requests$$), '0', 'others do not see who waits');
update stock_levels set reserved = 0 where variant_id = (select value::uuid from ids where name = 'variant');
select is((select count(*) from private.outbox where template = 'back_in_stock' and user_id = 'a0000000-0000-4000-8000-000000000005')::integer, 1, 'when it is back, she is written to');
select is((select count(*) from notifications where kind = 'back_in_stock' and user_id = 'a0000000-0000-4000-8000-000000000005')::integer, 1, '… and told in the app');
select is((select count(*) from back_in_stock_requests where user_id = 'a0000000-0000-4000-8000-000000000005')::integer, 0, '… once');

-- Popularity and partitions
insert into stock_moves (variant_id, store_id, quantity, reason) select variant_id, store_id, -3, 'sale' from stock_levels where variant_id = (select value::uuid from ids where name = 'variant');
insert into stock_moves (variant_id, store_id, quantity, reason) select variant_id, store_id, 1, 'return' from stock_levels where variant_id = (select value::uuid from ids where name = 'variant');
select ok(private.count_product_sales() >= 1, 'a job counts what was sold');
select is((select sales_count from products where id = (select value::uuid from ids where name = 'product')), 2::bigint, '… less what came back');
select is(private.count_product_sales(), 0, '… once');
select throws_ok($$insert into stock_moves (variant_id, store_id, quantity, reason) select variant_id, store_id, 3, 'sale' from stock_levels limit 1$$, '23514', null, 'a sale takes pieces');
select throws_ok($$insert into stock_moves (variant_id, store_id, quantity, reason) select variant_id, store_id, 0, 'correction' from stock_levels limit 1$$, '23514', null, 'a move moves');
insert into stock_moves (variant_id, store_id, quantity, reason, created_at) select variant_id, store_id, 1, 'count', '1999-01-01' from stock_levels limit 1;
select is((select count(*) from private.stock_moves_default where created_at = '1999-01-01')::integer, 1, 'a month without a partition does not stop a write');
select is(private.create_month_partitions('stock_moves', 5), 2, 'partitions are made ahead');
select is(private.create_month_partitions('stock_moves', 5), 0, '… once');

select * from finish();
rollback;
