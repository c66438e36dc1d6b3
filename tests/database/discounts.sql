-- Discounts and the one place that prices.
begin;
set local search_path = public, extensions;
select plan(49);
-- include: actors, catalog_people, catalog_stores, catalog_products

-- Writing
select is(
  pg_temp.attempt(
    'manager',
    $$insert into discounts (store_id, name, kind, percent_bps) values ({store}, 'Ten off', 'percentage', 1000)$$
  ),
  '1', 'a manager makes a discount on the whole store'
);
select is(
  pg_temp.attempt(
    'staff', $$insert into discounts (store_id, name, kind, percent_bps) values ({store}, 'x', 'percentage', 1000)$$
  ),
  '42501', 'staff makes no discount'
);
select is(
  pg_temp.attempt(
    'other owner',
    $$insert into discounts (store_id, name, kind, percent_bps) values ({store}, 'x', 'percentage', 1000)$$
  ),
  '42501', 'a competitor makes no discount for the store'
);
select is(
  pg_temp.attempt(
    'other owner',
    $$
      insert into discounts (store_id, product_id, name, kind, percent_bps)
      values ({rival}, {product}, 'x', 'percentage', 1000)
    $$
  ),
  'PT422 unknown_reference', 'a competitor makes no discount on another store''s product through his own'
);
select is(
  pg_temp.attempt(
    'owner',
    $$
      insert into discounts (store_id, name, kind, percent_bps, funded_by)
      values ({store}, 'x', 'percentage', 1000, 'platform')
    $$
  ),
  '42501', 'a store does not spend the platform''s money'
);
select is(
  pg_temp.attempt(
    'owner',
    format(
      $$
        insert into discounts (store_id, name, kind, percent_bps, amount, starts_at, ends_at)
        values ({store}, 'x', %L, %L, %L, %L, %L)
      $$,
      bad.kind, bad.bps, bad.amount, bad.starts, bad.ends
    )
  ),
  bad.answer, 'a discount is refused with ' || bad::text
)
from (values
  ('percentage', '0', null, null, null, 'PT422 invalid_value'),
  ('percentage', '10001', null, null, null, 'PT422 invalid_value'),
  ('percentage', null, null, null, null, 'PT422 invalid_value'),
  ('percentage', '100', '5', null, null, 'PT422 invalid_value'),
  ('amount', null, '0', null, null, 'PT422 invalid_value'), ('amount', null, '-1', null, null, 'PT422 invalid_value'),
  ('amount', null, null, null, null, 'PT422 invalid_value'), ('gift', null, '5', null, null, 'PT422 invalid_value'),
  ('amount', null, '5', '2026-01-02', '2026-01-01', 'PT422 invalid_value'),
  ('amount', null, '5', '2026-01-01', '2026-01-01', 'PT422 invalid_value'),
  ('amount', null, '5', '2026-01-01', 'infinity', 'PT422 invalid_value'),
  ('amount', null, '5', null, '294276-01-01', 'PT422 invalid_value')
) as bad (kind, bps, amount, starts, ends, answer);
select is(
  pg_temp.attempt('owner', $$update discounts set store_id = {rival} where store_id = {store}$$), '42501',
  'a discount does not move to another store'
);
select is(
  pg_temp.attempt('visitor', $$select * from discounts where store_id = {store}$$), '1',
  'the public sees a discount that is in force'
);
select pg_temp.attempt(
  'owner',
  $$
    select save_product(
      store_id => {store}, name => 'Unannounced', category => 'Tap Tea', price_amount => 100, status => 'draft'
    )
  $$
);
select pg_temp.remember('unannounced', $$select id from products where name = 'Unannounced'$$);
select pg_temp.attempt(
  'owner',
  $$
    insert into discounts (store_id, product_id, name, kind, percent_bps)
    values ({store}, {unannounced}, 'Launch of Unannounced', 'percentage', 1000)
  $$
);
select pg_temp.attempt(
  'owner',
  $$
    insert into discounts (store_id, name, kind, percent_bps, starts_at)
    values ({store}, 'Planned', 'percentage', 1000, now() + interval '1 day')
  $$
);
select is(
  pg_temp.attempt(actor, $$select * from discounts where name in ('Launch of Unannounced', 'Planned')$$), seen,
  format('a discount on a draft and a planned one are seen by %s', name)
)
from (
  values ('visitor', '0', 'no visitor'), ('customer', '0', 'no customer'), ('other owner', '0', 'no competitor'),
  ('staff', '2', 'those who work there'), ('admin', '2', 'admins')
) as viewer (actor, seen, name);
select is(
  pg_temp.attempt('owner', $$select set_product_status({unannounced}, 'active')$$), '1',
  'the owner announces the product'
);
select is(
  pg_temp.attempt('visitor', $$select * from discounts where name in ('Launch of Unannounced', 'Planned')$$), '1',
  'a discount on a product is seen once the product is announced'
);
delete from discounts where name in ('Launch of Unannounced', 'Planned');
select is(
  (
    select count(*)
    from audit_log
    where table_name = 'discounts' and action = 'insert' and actor_id = 'a0000000-0000-4000-8000-000000000002'
  )::integer,
  1, 'who made a discount is in the audit log'
);

-- Pricing: the variant costs 20000
create function pg_temp.price(at timestamptz default now()) returns bigint language sql as $$
  select unit_price_amount from private.variant_prices(array[(select value::uuid from ids where name = 'variant')], at)
$$;
select is(pg_temp.price(), 18000::bigint, 'a discount of ten percent lowers the price');
select is(
  get_product((select value::uuid from ids where name = 'product')) #> '{variants,0,price_amount}', '18000',
  'the product page tells the discounted price'
);
select is(
  get_product((select value::uuid from ids where name = 'product')) #>> '{discounts,0,name}', 'Ten off',
  'the product page tells the name of the discount'
);
select is(
  (select price_amount from products where id = (select value::uuid from ids where name = 'product')), 20000::bigint,
  'the stored price of a discounted product stays the list price'
);
insert into discounts (store_id, product_id, name, kind, amount) select store_id, id, 'Five hundred off', 'amount', 500
from products
where id = (select value::uuid from ids where name = 'product');
select is(pg_temp.price(), 18000::bigint, 'of two discounts that do not stack the better one counts');
update discounts set amount = 2500 where name = 'Five hundred off';
select is(
  pg_temp.price(), 17500::bigint, 'of two discounts that do not stack the better one counts, whatever its kind'
);
insert into discounts (store_id, category_id, name, kind, percent_bps, is_stackable, funded_by) select store_id,
category_id, 'Stack A', 'percentage', 800, true, 'platform'
from products
where id = (select value::uuid from ids where name = 'product');
select is(pg_temp.price(), 17500::bigint, 'a stackable discount alone counts like any other');
insert into discounts (store_id, name, kind, percent_bps, is_stackable) select store_id, 'Stack B', 'percentage', 700,
true
from products
where id = (select value::uuid from ids where name = 'product');
select is(pg_temp.price(), 17000::bigint, 'stackable discounts add up: 15 % of the list price');
select is(
  (
    select (store_discount_amount, platform_discount_amount, cardinality(discount_ids))::text
    from private.variant_prices(array[(select value::uuid from ids where name = 'variant')])
  ),
  '(1400,1600,2)', 'store and marketplace each bear their own part of stacked discounts'
);
update discounts set funded_by = 'store' where name = 'Stack A';
select is(
  (
    select (store_discount_amount, platform_discount_amount)::text
    from private.variant_prices(array[(select value::uuid from ids where name = 'variant')])
  ),
  '(3000,0)', 'the marketplace bears nothing when all discounts are the store''s'
);
update discounts set amount = 999999 where name = 'Five hundred off';
select is(pg_temp.price(), 0::bigint, 'a discounted price never falls below zero');
delete from discounts where name in ('Five hundred off', 'Stack A', 'Stack B');
update discounts set starts_at = '2026-03-01 10:00:00+00', ends_at = '2026-03-02 10:00:00+00' where name = 'Ten off';
select is(
  pg_temp.price('2026-03-01 09:59:59.999+00'), 20000::bigint, 'a discount counts for nothing before its window'
);
select is(pg_temp.price('2026-03-01 10:00:00+00'), 18000::bigint, 'a discount begins on the instant');
select is(pg_temp.price('2026-03-02 09:59:59.999+00'), 18000::bigint, 'a discount holds to the end of its window');
select is(pg_temp.price('2026-03-02 10:00:00+00'), 20000::bigint, 'a discount is over at the end of its window');
update discounts set starts_at = null, ends_at = null, percent_bps = 3333 where name = 'Ten off';
update product_variants set price_amount = 10005 where id = (select value::uuid from ids where name = 'variant');
select is(
  pg_temp.price(), 6670::bigint, 'a discount is rounded half up, once: 33.33 % of 10005 is 3334.6665, so 3335 are off'
);
update discounts set is_active = false;
select is(pg_temp.price(), 10005::bigint, 'an inactive discount lowers no price');
select is(
  pg_temp.attempt('visitor', $$select * from discounts where store_id = {store}$$), '0',
  'the public does not see an inactive discount'
);
select is(
  pg_temp.attempt('staff', $$select * from discounts where store_id = {store}$$), '1',
  'the store''s people see an inactive discount'
);
select is((select count(*) from private.variant_prices('{}'))::integer, 0, 'no variants have no prices');
select is(
  (select count(*) from private.variant_prices(array[gen_random_uuid(), null]))::integer, 0,
  'unknown variants are left out of the prices'
);
select is(
  pg_temp.attempt('manager', $$delete from discounts where store_id = {store}$$), '1',
  'a manager deletes a discount for good'
);

select * from finish();
rollback;
