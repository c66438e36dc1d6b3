-- Discounts and the one place that prices.
begin;
set local search_path = public, extensions;
select plan(41);

-- Actors and the ids they talk about; `attempt` runs a statement as one of them and says what came of it: the number of rows, or
-- the SQLSTATE with our machine code (for constraints, their name).
create temporary table actors (name text primary key, role text not null, user_id uuid);
create temporary table ids (name text primary key, value text not null);
create function pg_temp.attempt(actor text, statement text) returns text
language plpgsql
as $$
declare
  v_actor actors;
  v_statement text := statement;
  v_id ids;
  v_rows bigint;
  v_result text;
  v_detail text;
  v_constraint text;
begin
  select * into strict v_actor from actors where actors.name = attempt.actor;
  for v_id in select * from ids loop
    v_statement := replace(v_statement, '{' || v_id.name || '}', quote_literal(v_id.value));
  end loop;
  perform
    set_config('request.jwt.claims', jsonb_strip_nulls(jsonb_build_object(
      'sub', v_actor.user_id, 'role', v_actor.role, 'is_anonymous', v_actor.name = 'guest account'
    ))::text, true),
    set_config('role', v_actor.role, true);
  begin
    execute v_statement;
    get diagnostics v_rows = row_count;
    v_result := v_rows::text;
  exception when others then
    get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
    v_result := case
      when sqlstate like 'PT%' then sqlstate || ' ' || v_detail
      when v_constraint <> '' then v_constraint
      else sqlstate
    end;
  end;
  perform set_config('role', 'postgres', true), set_config('request.jwt.claims', '', true);
  return v_result;
end;
$$;
create function pg_temp.remember(name text, statement text) returns void
language plpgsql
as $$
declare
  v_value text;
begin
  execute statement into strict v_value;
  insert into ids values (remember.name, v_value) on conflict on constraint ids_pkey do update set value = excluded.value;
end;
$$;

insert into auth.users (id, phone, phone_confirmed_at, email, email_confirmed_at, raw_user_meta_data, is_anonymous) values
  ('a0000000-0000-4000-8000-000000000001', '919100000001', now(), null, null, '{"full_name": " Asha   Rao "}', false),
  ('a0000000-0000-4000-8000-000000000002', '919100000002', now(), null, null, '{}', false),
  ('a0000000-0000-4000-8000-000000000003', '919100000003', now(), null, null, '{}', false),
  ('a0000000-0000-4000-8000-000000000004', '919100000004', now(), null, null, '{}', false),
  ('a0000000-0000-4000-8000-000000000005', null, null, 'cara@catalog.example', now(), '{}', false),
  ('a0000000-0000-4000-8000-000000000006', '919100000006', now(), null, null, '{}', false),
  ('a0000000-0000-4000-8000-000000000007', null, null, null, null, '{}', true);
insert into private.platform_admins (user_id) values ('a0000000-0000-4000-8000-000000000006');
insert into actors values
  ('visitor', 'anon', null),
  ('owner', 'authenticated', 'a0000000-0000-4000-8000-000000000001'),
  ('manager', 'authenticated', 'a0000000-0000-4000-8000-000000000002'),
  ('staff', 'authenticated', 'a0000000-0000-4000-8000-000000000003'),
  ('other owner', 'authenticated', 'a0000000-0000-4000-8000-000000000004'),
  ('customer', 'authenticated', 'a0000000-0000-4000-8000-000000000005'),
  ('admin', 'authenticated', 'a0000000-0000-4000-8000-000000000006'),
  ('guest account', 'authenticated', 'a0000000-0000-4000-8000-000000000007'),
  ('service', 'service_role', null);
insert into ids select 'user ' || actors.name, actors.user_id::text from actors where actors.user_id is not null;

-- Two stores: Asha's with a manager and staff, and a competitor's.
do $$
begin
  perform pg_temp.attempt('owner', $s$select public.create_store(name => 'Tap Tea House', line1 => '1 Leaf Road', city => 'Pune', country_code => 'IN', postal_code => '411001', currency => 'INR')$s$);
  perform pg_temp.attempt('other owner', $s$select public.create_store(name => 'Tap Rival', line1 => '2 Leaf Road', city => 'Pune', country_code => 'IN', postal_code => '411001', currency => 'INR')$s$);
  perform pg_temp.remember('store', $s$select id from public.stores where slug = 'tap-tea-house'$s$);
  perform pg_temp.remember('rival', $s$select id from public.stores where slug = 'tap-rival'$s$);
  insert into public.store_members (store_id, user_id, role)
  select ids.value::uuid, 'a0000000-0000-4000-8000-000000000002'::uuid, 'manager' from ids where ids.name = 'store'
  union all
  select ids.value::uuid, 'a0000000-0000-4000-8000-000000000003', 'staff' from ids where ids.name = 'store';
end;
$$;

-- A listed product with two variants, a draft, and one of the competitor's.
do $$
begin
  perform pg_temp.attempt('owner', $s$select public.save_product(store_id => {store}, name => 'Tap Assam', category => 'Tap Tea',
    options => '[{"name": "Weight", "values": ["100 g", "250 g"]}]',
    variants => '[{"option_values": ["100 g"], "price_amount": 20000, "mrp_amount": 25000, "quantity": 8, "sku": "TAP-1"},
      {"option_values": ["250 g"], "price_amount": 45000, "quantity": 0}]')$s$);
  perform pg_temp.attempt('owner', $s$select public.save_product(store_id => {store}, name => 'Tap Secret', category => 'Tap Tea', status => 'draft', price_amount => 100)$s$);
  perform pg_temp.attempt('other owner', $s$select public.save_product(store_id => {rival}, name => 'Tap Copy', category => 'tap  TEA', price_amount => 19900, quantity => 1)$s$);
  perform pg_temp.remember('product', $s$select id from public.products where slug = 'tap-assam'$s$);
  perform pg_temp.remember('draft', $s$select id from public.products where slug = 'tap-secret'$s$);
  perform pg_temp.remember('copy', $s$select id from public.products where slug = 'tap-copy'$s$);
  perform pg_temp.remember('variant', $s$select id from public.product_variants where sku = 'TAP-1'$s$);
  perform pg_temp.remember('large', $s$select product_variants.id from public.product_variants join public.products on products.id = product_variants.product_id where products.slug = 'tap-assam' and product_variants.title = '250 g'$s$);
  perform pg_temp.remember('draft variant', $s$select product_variants.id from public.product_variants join public.products on products.id = product_variants.product_id where products.slug = 'tap-secret'$s$);
  perform pg_temp.remember('copy variant', $s$select product_variants.id from public.product_variants join public.products on products.id = product_variants.product_id where products.slug = 'tap-copy'$s$);
  perform pg_temp.remember('category', $s$select id from public.categories where name = 'Tap Tea'$s$);
end;
$$;

-- Writing
select is(pg_temp.attempt('manager', $$insert into discounts (store_id, name, kind, percent_bps) values ({store}, 'Ten off', 'percentage', 1000)$$), '1', 'a manager makes a discount on the whole store');
select is(pg_temp.attempt('staff', $$insert into discounts (store_id, name, kind, percent_bps) values ({store}, 'x', 'percentage', 1000)$$), '42501', 'staff does not');
select is(pg_temp.attempt('other owner', $$insert into discounts (store_id, name, kind, percent_bps) values ({store}, 'x', 'percentage', 1000)$$), '42501', 'nor a competitor');
select is(pg_temp.attempt('other owner', $$insert into discounts (store_id, product_id, name, kind, percent_bps) values ({rival}, {product}, 'x', 'percentage', 1000)$$), 'discounts_product_id_store_id_fkey', 'nor on another store''s product through his own');
select is(pg_temp.attempt('owner', $$insert into discounts (store_id, name, kind, percent_bps, funded_by) values ({store}, 'x', 'percentage', 1000, 'platform')$$), '42501', 'a store does not spend the platform''s money');
select is(pg_temp.attempt('owner', format($$insert into discounts (store_id, name, kind, percent_bps, amount, starts_at, ends_at) values ({store}, 'x', %L, %L, %L, %L, %L)$$, bad.kind, bad.bps, bad.amount, bad.starts, bad.ends)), bad.answer, 'refused: ' || bad::text)
from (values
  ('percentage', '0', null, null, null, 'discounts_value_fits_kind'), ('percentage', '10001', null, null, null, 'discounts_value_fits_kind'),
  ('percentage', null, null, null, null, 'discounts_value_fits_kind'), ('percentage', '100', '5', null, null, 'discounts_value_fits_kind'),
  ('amount', null, '0', null, null, 'discounts_value_fits_kind'), ('amount', null, '-1', null, null, 'discounts_value_fits_kind'),
  ('amount', null, null, null, null, 'discounts_value_fits_kind'), ('gift', null, '5', null, null, 'discounts_kind_check'),
  ('amount', null, '5', '2026-01-02', '2026-01-01', 'discounts_window_check'), ('amount', null, '5', '2026-01-01', '2026-01-01', 'discounts_window_check'),
  ('amount', null, '5', '2026-01-01', 'infinity', 'discounts_window_check'), ('amount', null, '5', null, '294276-01-01', 'discounts_window_check')
) as bad (kind, bps, amount, starts, ends, answer);
select is(pg_temp.attempt('owner', $$update discounts set store_id = {rival} where store_id = {store}$$), '42501', 'a discount does not move to another store');
select is(pg_temp.attempt('visitor', $$select * from discounts where store_id = {store}$$), '1', 'the public sees what is in force');
select is((select count(*) from audit_log where table_name = 'discounts' and action = 'insert' and actor_id = 'a0000000-0000-4000-8000-000000000002')::integer, 1, 'who made it is in the audit log');

-- Pricing: the variant costs 20000
create function pg_temp.price(at timestamptz default now()) returns bigint language sql as $$
  select unit_price_amount from private.variant_prices(array[(select value::uuid from ids where name = 'variant')], at)
$$;
select is(pg_temp.price(), 18000::bigint, 'ten percent off');
select is(get_product((select value::uuid from ids where name = 'product')) #> '{variants,0,price_amount}', '18000', 'the product page says so');
select is(get_product((select value::uuid from ids where name = 'product')) #>> '{discounts,0,name}', 'Ten off', '… and why');
select is((select price_amount from products where id = (select value::uuid from ids where name = 'product')), 20000::bigint, 'the stored price stays the list price');
insert into discounts (store_id, product_id, name, kind, amount) select store_id, id, 'Five hundred off', 'amount', 500 from products where id = (select value::uuid from ids where name = 'product');
select is(pg_temp.price(), 18000::bigint, 'of two that do not stack the better one counts');
update discounts set amount = 2500 where name = 'Five hundred off';
select is(pg_temp.price(), 17500::bigint, '… whichever it is');
insert into discounts (store_id, category_id, name, kind, percent_bps, is_stackable, funded_by) select store_id, category_id, 'Stack A', 'percentage', 800, true, 'platform' from products where id = (select value::uuid from ids where name = 'product');
select is(pg_temp.price(), 17500::bigint, 'a stackable one alone is just another one');
insert into discounts (store_id, name, kind, percent_bps, is_stackable) select store_id, 'Stack B', 'percentage', 700, true from products where id = (select value::uuid from ids where name = 'product');
select is(pg_temp.price(), 17000::bigint, 'stackable ones add up: 15 % of the list price');
select is((select (store_discount_amount, platform_discount_amount, cardinality(discount_ids))::text from private.variant_prices(array[(select value::uuid from ids where name = 'variant')])), '(1400,1600,2)', 'each bears its own part');
update discounts set amount = 999999 where name = 'Five hundred off';
select is(pg_temp.price(), 0::bigint, 'a price never falls below zero');
delete from discounts where name in ('Five hundred off', 'Stack A', 'Stack B');
update discounts set starts_at = '2026-03-01 10:00:00+00', ends_at = '2026-03-02 10:00:00+00' where name = 'Ten off';
select is(pg_temp.price('2026-03-01 09:59:59.999+00'), 20000::bigint, 'before its window it is nothing');
select is(pg_temp.price('2026-03-01 10:00:00+00'), 18000::bigint, 'it begins on the instant');
select is(pg_temp.price('2026-03-02 09:59:59.999+00'), 18000::bigint, 'it holds to the end');
select is(pg_temp.price('2026-03-02 10:00:00+00'), 20000::bigint, 'at the end it is over');
update discounts set starts_at = null, ends_at = null, percent_bps = 3333 where name = 'Ten off';
update product_variants set price_amount = 10005 where id = (select value::uuid from ids where name = 'variant');
select is(pg_temp.price(), 6670::bigint, '33.33 % of 10005 is 3334.6665: 3335 off, half up, once');
update discounts set is_active = false;
select is(pg_temp.price(), 10005::bigint, 'an inactive discount is none');
select is(pg_temp.attempt('visitor', $$select * from discounts where store_id = {store}$$), '0', '… and the public does not see it');
select is(pg_temp.attempt('staff', $$select * from discounts where store_id = {store}$$), '1', '… its store does');
select is((select count(*) from private.variant_prices('{}'))::integer, 0, 'no variants, no prices');
select is((select count(*) from private.variant_prices(array[gen_random_uuid(), null]))::integer, 0, 'unknown ones are left out');
select is(pg_temp.attempt('manager', $$delete from discounts where store_id = {store}$$), '1', 'a manager ends it for good');

select * from finish();
rollback;
