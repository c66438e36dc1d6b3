-- What those who run the marketplace see and do, and the audit log.
begin;
set local search_path = public, extensions;
select plan(46);
-- include: actors, catalog_people, catalog_stores, catalog_products

-- Stores
select is(pg_temp.attempt('owner', $$select set_store_status({store}, 'active')$$), 'PT403 platform_admin_required', 'an owner does not approve herself');
select is(pg_temp.attempt('admin', $$select set_store_status({store}, 'suspended')$$), '1', 'an admin suspends a store');
select is(pg_temp.attempt('visitor', $$select * from stores where id = {store}$$), '0', 'it is gone');
select is(pg_temp.attempt('visitor', $$select * from products where store_id = {store}$$), '0', '… with its products');
select is(pg_temp.attempt('visitor', $$select * from product_variants where store_id = {store}$$), '0', '… their variants');
select is(pg_temp.attempt('visitor', $$select * from store_links where store_id = {store}$$), '0', '… its links');
select is(pg_temp.attempt('visitor', $$select get_product({product})$$), 'PT404 product_not_found', '… and their pages');
select is(pg_temp.attempt('owner', $$select save_product(store_id => {store}, name => 'Tap Hidden', category => 'Tap Tea', price_amount => 100)$$), '1', 'its owner may go on working');
select is(pg_temp.attempt('visitor', $$select * from products where name = 'Tap Hidden'$$), '0', '… unseen');
select is((select product_count from store_categories where store_id = (select value::uuid from ids where name = 'store')), 0, 'nothing of it is counted');
select is(pg_temp.attempt('owner', $$select close_store({store})$$), 'PT409 store_suspended', 'a suspended store is not closed by its owner');
select is(pg_temp.attempt('service', $$select set_store_status({store}, 'active')$$), '1', 'a service may bring it back');
select is(pg_temp.attempt('visitor', $$select * from products where store_id = {store}$$), '2', '… with what is for sale');
select is((select product_count from store_categories where store_id = (select value::uuid from ids where name = 'store')), 2, '… and counted');
select is(pg_temp.attempt('admin', $$select set_store_status({store}, 'great')$$), 'PT422 invalid_status', 'a status is one of four');
select is(pg_temp.attempt('admin', $$select set_store_status(gen_random_uuid(), 'active')$$), 'PT404 store_not_found', 'of a store that exists');
select is((select count(*) from set_store_status((select value::uuid from ids where name = 'rival'), 'active'))::integer, 1, 'a person in Studio may do the same');
update private.settings set stores_require_approval = true;
select is(pg_temp.attempt('owner', $$select create_store(name => 'Tap Waiting', line1 => 'x', city => 'Pune', country_code => 'IN', postal_code => '411001')$$), '1', 'where approval is needed');
select is((select status from stores where name = 'Tap Waiting'), 'pending', '… a store waits');
select is(pg_temp.attempt('visitor', $$select get_store_by_link('tap-waiting')$$), 'PT404 store_not_found', '… unseen');

-- Categories
select is(pg_temp.attempt('owner', $$select save_product(store_id => {store}, name => 'Tap Typo', category => 'Tap Taes', price_amount => 100)$$), '1', 'a seller mistypes a category');
select pg_temp.remember('typo', $$select id from categories where name = 'Tap Taes'$$);
select is(pg_temp.attempt('owner', $$select merge_categories({typo}, {category})$$), 'PT403 platform_admin_required', 'sellers do not merge');
select is(pg_temp.attempt('admin', $$select rename_category({typo}, ' tap TEA ')$$), 'PT409 category_taken', 'two categories do not get one name');
select is(pg_temp.attempt('admin', $$select rename_category({typo}, 'Tap Herbal', {category})$$), '1', 'an admin names it, below another');
select is(pg_temp.attempt('admin', $$select rename_category({category}, 'Tap Tea', {typo})$$), 'PT422 invalid_category', 'a category does not stand below its own child');
select is(pg_temp.attempt('admin', $$select rename_category({category}, ' ')$$), 'PT422 invalid_category', 'nor without a name');
select is(pg_temp.attempt('admin', $$select rename_category({category}, 'Tap Tea', gen_random_uuid())$$), 'PT404 category_not_found', 'nor below nothing');
select is(pg_temp.attempt('admin', $$select rename_category(gen_random_uuid(), 'Tap Nothing')$$), 'PT404 category_not_found', 'what is not there has no name');
insert into discounts (store_id, category_id, name, kind, percent_bps) select (select value::uuid from ids where name = 'store'), (select value::uuid from ids where name = 'typo'), 'Herbs', 'percentage', 100;
select is(pg_temp.attempt('admin', $$select merge_categories({typo}, {category})$$), '1', 'an admin merges two');
select is((select count(*) from products where category_id = (select value::uuid from ids where name = 'category') and store_id = (select value::uuid from ids where name = 'store') and is_listed)::integer, 3, 'products move');
select is((select product_count from store_categories where category_id = (select value::uuid from ids where name = 'category') and store_id = (select value::uuid from ids where name = 'store')), 3, '… with their counts');
select is((select category_id from discounts where name = 'Herbs'), (select value::uuid from ids where name = 'category'), '… and discounts');
select is(pg_temp.attempt('admin', $$select merge_categories({typo}, {category})$$), 'PT404 category_not_found', 'what was merged is gone');
select is(pg_temp.attempt('admin', $$select merge_categories({category}, {category})$$), '1', 'a category and itself are one');

-- Views and log
select ok((select count(*) from admin_stores where name like 'Tap %') >= 3, 'Studio shows the stores');
select ok((select owner_name from admin_stores where link = 'tap-tea-house') = 'Asha Rao', '… with their owners');
select ok((select count(*) from admin_products where store = 'Tap Tea House') >= 4, '… the products');
select ok((select available from admin_stock where sku = 'TAP-1') = 8, '… the stock');
select is((select array_agg(after ->> 'status' order by id) from admin_audit where table_name = 'stores' and row_id = (select value::uuid from ids where name = 'store')), array['suspended', 'active'], '… and who changed a status');
select is((select array_agg(actor_role order by id) from audit_log where table_name = 'stores' and row_id = (select value::uuid from ids where name = 'store')), array['authenticated', 'service_role'], 'with the role that acted');
select is((select actor_id from audit_log where table_name = 'stores' and after ->> 'status' = 'suspended' and row_id = (select value::uuid from ids where name = 'store')), 'a0000000-0000-4000-8000-000000000006'::uuid, '… and the person');
select throws_ok($$update audit_log set actor_id = null$$, 'PT403', null, 'the log is not rewritten');
select throws_ok($$delete from audit_log$$, 'PT403', null, '… nor shortened');
select is((select count(*) from audit_log where table_name = 'platform_admins' and row_id = 'a0000000-0000-4000-8000-000000000006')::integer, 1, 'who becomes an admin is in it');
delete from private.platform_admins where user_id = 'a0000000-0000-4000-8000-000000000006';
select is(pg_temp.attempt('admin', $$select set_store_status({store}, 'closed')$$), 'PT403 platform_admin_required', 'a right taken away is gone at once');

select set_eq(
  $$select proname::text from pg_proc where pronamespace = 'public'::regnamespace and 'statement_timeout=2min' = any (proconfig)$$,
  array['set_store_status', 'close_store', 'rename_category', 'merge_categories'],
  'verbs that write every product of a store or a category may take their time'
);
select * from finish();
rollback;
