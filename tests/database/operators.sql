-- What those who run the marketplace see and do, and the audit log.
begin;
set local search_path = public, extensions;
select plan(53);
-- include: actors, catalog_people, catalog_stores, catalog_products

-- Stores
select is(
  pg_temp.attempt('owner', $$select set_store_status({store}, 'active')$$), 'PT403 platform_admin_required',
  'an owner does not approve herself'
);
select is(
  pg_temp.attempt('admin', $$select set_store_status({store}, 'suspended')$$), '1', 'an admin suspends a store'
);
select is(
  pg_temp.attempt('visitor', $$select * from stores where id = {store}$$), '0', 'a suspended store is gone for visitors'
);
select is(
  pg_temp.attempt('visitor', $$select * from products where store_id = {store}$$), '0',
  'the products of a suspended store are gone for visitors'
);
select is(
  pg_temp.attempt('visitor', $$select * from product_variants where store_id = {store}$$), '0',
  'the variants of a suspended store are gone for visitors'
);
select is(
  pg_temp.attempt('visitor', $$select * from store_links where store_id = {store}$$), '0',
  'the links of a suspended store are gone for visitors'
);
select is(
  pg_temp.attempt('visitor', $$select get_product({product})$$), 'PT404 product_not_found',
  'the product pages of a suspended store are gone for visitors'
);
select is(
  pg_temp.attempt(
    'owner',
    $$select save_product(store_id => {store}, name => 'Tap Hidden', category => 'Tap Tea', price_amount => 100)$$
  ),
  '1', 'the owner of a suspended store may go on working'
);
select is(
  pg_temp.attempt('visitor', $$select * from products where name = 'Tap Hidden'$$), '0',
  'what is added to a suspended store stays unseen'
);
select is(
  (select product_count from store_categories where store_id = (select value::uuid from ids where name = 'store')), 0,
  'nothing of a suspended store is counted'
);
select is(
  pg_temp.attempt('owner', $$select close_store({store})$$), 'PT409 store_suspended',
  'a suspended store is not closed by its owner'
);
select is(
  pg_temp.attempt('service', $$select set_store_status({store}, 'active')$$), '1',
  'the service may bring a suspended store back'
);
select is(
  pg_temp.attempt('visitor', $$select * from products where store_id = {store}$$), '2',
  'a store that is back shows what is for sale'
);
select is(
  (select product_count from store_categories where store_id = (select value::uuid from ids where name = 'store')), 2,
  'the products of a store that is back are counted'
);
select is(
  pg_temp.attempt('admin', $$select set_store_status({store}, 'great')$$), 'PT422 invalid_status',
  'set_store_status refuses an unknown status'
);
select is(
  pg_temp.attempt('admin', $$select set_store_status(gen_random_uuid(), 'active')$$), 'PT404 store_not_found',
  'set_store_status refuses an unknown store'
);
select is(
  (select count(*) from set_store_status((select value::uuid from ids where name = 'rival'), 'active'))::integer, 1,
  'a person in Studio may set the status of a store'
);
update private.settings set stores_require_approval = true;
select is(
  pg_temp.attempt(
    'owner',
    $$
      select create_store(
        name => 'Tap Waiting', line1 => 'x', city => 'Pune', country_code => 'IN', postal_code => '411001'
      )
    $$
  ),
  '1', 'a store can be opened where approval is required'
);
select is(
  (select status from stores where name = 'Tap Waiting'), 'pending', 'a new store waits where approval is required'
);
select is(
  pg_temp.attempt('visitor', $$select get_store_by_link('tap-waiting')$$), 'PT404 store_not_found',
  'a store that waits for approval is unseen'
);

-- Categories
select is(
  pg_temp.attempt(
    'owner',
    $$select save_product(store_id => {store}, name => 'Tap Typo', category => 'Tap Taes', price_amount => 100)$$
  ),
  '1', 'a seller may mistype a category'
);
select pg_temp.remember('typo', $$select id from categories where name = 'Tap Taes'$$);
select is(
  pg_temp.attempt('owner', $$select merge_categories({typo}, {category})$$), 'PT403 platform_admin_required',
  'a seller does not merge categories'
);
select is(
  pg_temp.attempt('admin', $$select rename_category({typo}, ' tap TEA ')$$), 'PT409 category_taken',
  'two categories do not get one name'
);
select is(
  pg_temp.attempt('admin', $$select rename_category({typo}, 'Tap Herbal', {category})$$), '1',
  'an admin renames a category and puts it below another'
);
select is(
  pg_temp.attempt('admin', $$select rename_category({category}, 'Tap Tea', {typo})$$), 'PT422 invalid_category',
  'a category does not stand below its own child'
);
select is(
  pg_temp.attempt('admin', $$select rename_category({category}, ' ')$$), 'PT422 invalid_category',
  'a category is not renamed to nothing'
);
select is(
  pg_temp.attempt('admin', $$select rename_category({category}, 'Tap Tea', gen_random_uuid())$$),
  'PT404 category_not_found', 'a category is not put below one that does not exist'
);
select is(
  pg_temp.attempt('admin', $$select rename_category(gen_random_uuid(), 'Tap Nothing')$$), 'PT404 category_not_found',
  'a category that does not exist is not renamed'
);
insert into discounts (store_id, category_id, name, kind, percent_bps) select (
  select value::uuid from ids where name = 'store'
),
(select value::uuid from ids where name = 'typo'), 'Herbs', 'percentage', 100;
insert into services (store_id, category_id, name, currency, duration_minutes)
select stores.id, (select value::uuid from ids where name = 'typo'), 'Tea ceremony', stores.currency, 60
from stores
where stores.id = (select value::uuid from ids where name = 'store');
select is(
  pg_temp.attempt('admin', $$select merge_categories({typo}, {category})$$), '1', 'an admin merges two categories'
);
select is(
  (select category_id from services where name = 'Tea ceremony'),
  (select value::uuid from ids where name = 'category'),
  'the services of a merged category move'
);
select is(
  (
    select count(*)
    from products
    where category_id = (select value::uuid from ids where name = 'category')
      and store_id = (select value::uuid from ids where name = 'store') and is_listed
  )::integer,
  3, 'the products of a merged category move'
);
select is(
  (
    select product_count
    from store_categories
    where category_id = (select value::uuid from ids where name = 'category')
      and store_id = (select value::uuid from ids where name = 'store')
  ),
  3, 'the counts of a merged category move'
);
select is(
  (select category_id from discounts where name = 'Herbs'), (select value::uuid from ids where name = 'category'),
  'the discounts of a merged category move'
);
select is(
  pg_temp.attempt('admin', $$select merge_categories({typo}, {category})$$), 'PT404 category_not_found',
  'a category that was merged away is gone'
);
select is(
  pg_temp.attempt('admin', $$select merge_categories({category}, {category})$$), '1',
  'merging a category with itself is no error'
);

-- Views and log
select ok((select count(*) from admin_stores where name like 'Tap %') >= 3, 'the view for Studio shows the stores');
select ok(
  (select owner_name from admin_stores where link = 'tap-tea-house') = 'Asha Rao',
  'the view for Studio shows who owns a store'
);
select ok(
  (select count(*) from admin_products where store = 'Tap Tea House') >= 4, 'the view for Studio shows the products'
);
select ok((select available from admin_stock where sku = 'TAP-1') = 8, 'the view for Studio shows the stock');
select is(
  (
    select array_agg(after ->> 'status' order by id)
    from admin_audit
    where table_name = 'stores' and row_id = (select value::uuid from ids where name = 'store')
  ),
  array['suspended', 'active'], 'the view for Studio shows each change of a status'
);
select is(
  (
    select array_agg(actor_role order by id)
    from audit_log
    where table_name = 'stores' and row_id = (select value::uuid from ids where name = 'store')
  ),
  array['authenticated', 'service_role'], 'the audit log has the role that acted'
);
select is(
  (
    select actor_id
    from audit_log
    where table_name = 'stores'
      and after ->> 'status' = 'suspended' and row_id = (select value::uuid from ids where name = 'store')
  ),
  'a0000000-0000-4000-8000-000000000006'::uuid, 'the audit log has the person who acted'
);
select is(
  pg_temp.attempt('admin', $$select set_store_status({store}, 'suspended', repeat('x', 501))$$), 'PT422 invalid_reason',
  'a reason that fits into no line is refused'
);
select pg_temp.attempt('admin', $$select set_store_status({store}, 'suspended', '  No  papers. ')$$);
select pg_temp.attempt('admin', $$select set_store_status({store}, 'active')$$);
select results_eq(
  $$
    select after ->> 'status', reason
    from audit_log
    where table_name = 'stores' and row_id = (select value::uuid from ids where name = 'store')
    order by id desc
    limit 2
  $$,
  $$values ('active', null), ('suspended', 'No papers.')$$,
  'the audit log has the reason of what it was given for, and of nothing else'
);
select is(
  (
    select array_agg(body order by id)
    from notifications
    where kind = 'store_suspended' and user_id = 'a0000000-0000-4000-8000-000000000001'
  ),
  array[null, 'No papers.'], 'the owner of a store is told why it was suspended'
);
select private.raise_alert('drill', 'Nothing is wrong.');
select pg_temp.name_value('alert', id::text) from private.alerts where rule = 'drill';
select is(
  pg_temp.attempt('admin', $$select resolve_alert({alert}, ' ')$$), 'PT422 invalid_reason',
  'an alert ends with what was done about it'
);
select is(
  pg_temp.attempt('admin', $$select resolve_alert(gen_random_uuid(), 'Done.')$$), 'PT404 alert_not_found',
  'resolve_alert refuses an unknown alert'
);
select pg_temp.attempt('admin', $$select resolve_alert({alert}, 'Looked at it.')$$);
select pg_temp.attempt('admin', $$select resolve_alert({alert}, 'Again.')$$);
select results_eq(
  $$select resolution, resolved_by, resolved_at is null from private.alerts where rule = 'drill'$$,
  $$values ('Looked at it.', 'a0000000-0000-4000-8000-000000000006'::uuid, false)$$,
  'an alert keeps who resolved it first, and with which words'
);
select throws_ok($$update audit_log set actor_id = null$$, 'PT403', null, 'the audit log is not rewritten');
select throws_ok($$delete from audit_log$$, 'PT403', null, 'the audit log is not shortened');
select is(
  (
    select count(*)
    from audit_log
    where table_name = 'platform_admins' and row_id = 'a0000000-0000-4000-8000-000000000006'
  )::integer,
  1, 'who becomes an admin is in the audit log'
);
delete from private.platform_admins where user_id = 'a0000000-0000-4000-8000-000000000006';
select is(
  pg_temp.attempt('admin', $$select set_store_status({store}, 'closed')$$), 'PT403 platform_admin_required',
  'a right of an admin that is taken away is gone at once'
);

select set_eq(
  $$
    select proname::text
    from pg_proc
    where pronamespace = 'public'::regnamespace and 'statement_timeout=2min' = any (proconfig)
  $$,
  array['set_store_status', 'close_store', 'rename_category', 'merge_categories'],
  'verbs that write every product of a store or a category may take their time'
);
select * from finish();
rollback;
