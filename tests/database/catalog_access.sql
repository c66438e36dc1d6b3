-- Who may see and write what of the catalog: relation by actor by verb.
begin;
set local search_path = public, extensions;
select plan(127);

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

-- Reading, row by row
select is(pg_temp.attempt(matrix.actor, format('select * from %s', matrix.what)), matrix.answer, format('%s selects from %s', matrix.actor, matrix.what))
from (values
  ('visitor', 'stores where id in ({store}, {rival})', '2'),
  ('visitor', 'store_links where store_id in ({store}, {rival})', '2'),
  ('visitor', 'store_members', '42501'),
  ('customer', 'store_members', '0'),
  ('staff', 'store_members', '3'),
  ('other owner', 'store_members where store_id = {store}', '0'),
  ('admin', 'store_members where store_id = {store}', '3'),
  ('visitor', 'store_invitations', '42501'),
  ('customer', 'store_invitations', '0'),
  ('visitor', 'categories where id = {category}', '1'),
  ('visitor', 'products where store_id in ({store}, {rival})', '2'),
  ('customer', 'products where store_id in ({store}, {rival})', '2'),
  ('other owner', 'products where store_id in ({store}, {rival})', '2'),
  ('staff', 'products where store_id in ({store}, {rival})', '3'),
  ('admin', 'products where store_id in ({store}, {rival})', '3'),
  ('service', 'products where store_id in ({store}, {rival})', '3'),
  ('visitor', 'product_variants where store_id in ({store}, {rival})', '3'),
  ('customer', 'product_variants where store_id in ({store}, {rival})', '3'),
  ('manager', 'product_variants where store_id in ({store}, {rival})', '4'),
  ('visitor', 'product_variants where product_id = {draft}', '0'),
  ('visitor', 'product_options where product_id = {product}', '1'),
  ('visitor', 'product_options where product_id = {draft}', '0'),
  ('visitor', 'product_media where product_id = {product}', '0'),
  ('visitor', 'store_categories where store_id = {store}', '1'),
  ('visitor', 'stock_levels', '42501'),
  ('customer', 'stock_levels', '0'),
  ('other owner', 'stock_levels where store_id = {store}', '0'),
  ('staff', 'stock_levels where store_id = {store}', '3'),
  ('admin', 'stock_levels where store_id = {store}', '3'),
  ('visitor', 'stock_moves', '42501'),
  ('customer', 'stock_moves', '0'),
  ('staff', 'stock_moves', '1'),
  ('other owner', 'stock_moves where store_id = {store}', '0'),
  ('visitor', 'audit_log', '42501'),
  ('customer', 'audit_log', '0'),
  ('manager', 'audit_log', '0'),
  ('other owner', 'audit_log where store_id = {store}', '0'),
  ('owner', 'audit_log where store_id = {store} and table_name = ''store_members''', '3'),
  ('visitor', 'wishlist_items', '42501'),
  ('visitor', 'back_in_stock_requests', '42501'),
  ('visitor', 'admin_stores', '42501'),
  ('owner', 'admin_stores', '0'),
  ('owner', 'admin_products', '0'),
  ('owner', 'admin_stock', '0'),
  ('owner', 'admin_audit', '0'),
  ('admin', 'admin_stores where id = {store}', '1'),
  ('admin', 'admin_products where id = {draft}', '1'),
  ('service', 'admin_stores where id = {store}', '1'),
  ('visitor', 'private.settings', '42501'),
  ('owner', 'private.signing_keys', '42501'),
  ('owner', 'private.search_words', '42501'),
  ('owner', 'private.stock_moves_default', '42501'),
  ('service', 'private.platform_admins', '42501'),
  -- Walking from what one sees to what one does not
  ('visitor', 'categories join products on products.category_id = categories.id where categories.id = {category}', '2'),
  ('visitor', 'products left join product_variants on product_variants.product_id = products.id where products.id = {draft}', '0')
) as matrix (actor, what, answer);

-- Writing
select is(pg_temp.attempt(matrix.actor, matrix.statement), matrix.answer, format('%s: %s', matrix.actor, matrix.statement))
from (values
  ('visitor', 'insert into stores (name) values (''x'')', '42501'),
  ('owner', 'insert into stores (name) values (''x'')', '42501'),
  ('owner', 'delete from stores', '42501'),
  ('owner', 'insert into store_links (slug, store_id) values (''free-link'', {store})', '42501'),
  ('owner', 'insert into categories (name, slug) values (''x'', ''x'')', '42501'),
  ('owner', 'update categories set name = ''x''', '42501'),
  ('owner', 'insert into products (name) values (''x'')', '42501'),
  ('owner', 'delete from products', '42501'),
  ('owner', 'update products set name = ''Tap Assam Gold'', description = ''Strong.'' where id = {product}', '1'),
  ('manager', 'update products set name = ''Tap Assam'' where id = {product}', '1'),
  ('staff', 'update products set name = ''x'' where id = {product}', '0'),
  ('other owner', 'update products set name = ''x'' where id = {product}', '0'),
  ('other owner', 'update products set name = ''Tap Copy''', '1'),
  ('admin', 'update products set name = ''x''', '0'),
  ('owner', 'update products set name = repeat(''x'', 201) where id = {product}', 'products_name_check'),
  ('owner', 'update products set store_id = {rival}', '42501'),
  ('owner', 'update products set status = ''active''', '42501'),
  ('owner', 'update products set price_amount = 1', '42501'),
  ('owner', 'update products set rating_sum = 5', '42501'),
  ('owner', 'update products set sales_count = 1000', '42501'),
  ('owner', 'update products set is_listed = true', '42501'),
  ('owner', 'update product_variants set price_amount = 1', '42501'),
  ('owner', 'insert into product_variants (product_id) values ({product})', '42501'),
  ('owner', 'insert into product_media (product_id, store_id, path) values ({product}, {store}, {store} || ''/m.png'')', '1'),
  ('owner', 'insert into product_media (product_id, store_id, path) values ({product}, {store}, {rival} || ''/m.png'')', 'product_media_path_lies_in_the_stores_folder'),
  ('owner', 'insert into product_media (product_id, store_id, path) values ({copy}, {store}, {store} || ''/m.png'')', 'product_media_product_id_store_id_fkey'),
  ('other owner', 'insert into product_media (product_id, store_id, path) values ({product}, {store}, {store} || ''/n.png'')', '42501'),
  ('staff', 'delete from product_media where product_id = {product}', '0'),
  ('manager', 'update product_media set alt = ''A leaf'' where product_id = {product}', '1'),
  ('manager', 'delete from product_media where product_id = {product}', '1'),
  ('owner', 'insert into product_options (product_id) values ({product})', '42501'),
  ('owner', 'update store_categories set product_count = 99', '42501'),
  ('owner', 'update stock_levels set on_hand = 99', '42501'),
  ('manager', 'update stock_levels set low_stock_threshold = 3 where variant_id = {variant}', '1'),
  ('staff', 'update stock_levels set low_stock_threshold = 3 where variant_id = {variant}', '0'),
  ('owner', 'insert into stock_moves (variant_id, store_id, quantity, reason) values ({variant}, {store}, 5, ''received'')', '42501'),
  ('owner', 'update stock_moves set quantity = 1', '42501'),
  ('service', 'delete from stock_moves', '42501'),
  ('owner', 'insert into audit_log (action) values (''insert'')', '42501'),
  ('service', 'delete from audit_log', '42501'),
  ('owner', 'insert into store_categories (store_id, category_id) values ({store}, {category})', '42501'),
  ('customer', 'insert into wishlist_items (product_id) values ({product})', '1'),
  ('customer', 'insert into wishlist_items (product_id) values ({product})', 'wishlist_items_pkey'),
  ('customer', 'insert into wishlist_items (product_id) values ({draft})', '42501'),
  ('customer', 'insert into wishlist_items (user_id, product_id) values ({user owner}, {product})', '42501'),
  ('owner', 'select * from wishlist_items', '0'),
  ('owner', 'delete from wishlist_items', '0'),
  ('customer', 'delete from wishlist_items', '1'),
  ('visitor', 'insert into wishlist_items (product_id) values ({product})', '42501')
) as matrix (actor, statement, answer);

-- Functions: every one of `private` that clients may execute is named here, and nothing else
select is(pg_temp.attempt('visitor', $$select private.save_product(null, null, null, null, null, null, null, null, null, null, null, null, null)$$), '42501', 'machinery is not executable by clients');
select is(pg_temp.attempt('owner', $$select private.move_stock({variant}, 100, 'received', null, null)$$), '42501', 'stock is not moved past its verbs');
select is(pg_temp.attempt('owner', $$select private.refresh_products(array[{product}]::uuid[])$$), '42501', 'derived columns are not refreshed by clients');
select is(pg_temp.attempt('owner', $$select private.count_product_sales()$$), '42501', 'jobs are not run by clients');
select is(pg_temp.attempt('visitor', format('select %s', verb.call)), '42501', format('a visitor may not call %s', verb.call))
from (values
  ('save_product({store})'), ('import_products({store}, csv => '''')'), ('export_products({store})'), ('set_product_status({product}, ''draft'')'),
  ('delete_product({product})'), ('adjust_stock({variant}, 1)'), ('set_stock({variant}, 1, 1)'), ('create_store(''a'', ''b'', ''c'', ''IN'')'),
  ('rename_store_link({store}, ''abc'')'), ('invite_member({store}, ''staff'')'), ('accept_invitation(''x'')'),
  ('change_member_role({store}, {user staff}, ''staff'')'), ('remove_member({store}, {user staff})'), ('transfer_store({store}, {user staff})'),
  ('close_store({store})'), ('set_store_status({store}, ''active'')'), ('rename_category({category}, ''x'')'), ('merge_categories({category}, {category})')
) as verb (call);
select is((
  select array_agg(pg_proc.proname::text order by pg_proc.proname)
  from pg_proc
  where pg_proc.pronamespace = 'public'::regnamespace
    and has_function_privilege('anon', pg_proc.oid, 'execute')
    and pg_proc.proname in ('get_product', 'get_store_by_link', 'get_store_catalog', 'search_products', 'save_product', 'create_store', 'adjust_stock')
), array['get_product', 'get_store_by_link', 'get_store_catalog', 'search_products'], 'visitors read, and no more');

select * from finish();
rollback;
