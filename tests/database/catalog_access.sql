-- Who may see and write what of the catalog: relation by actor by verb.
begin;
set local search_path = public, extensions;
select plan(131);
-- include: actors, catalog_people, catalog_stores, catalog_products

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
  ('customer', 'product_variants where product_id = {draft}', '0'),
  ('other owner', 'product_variants where product_id = {draft}', '0'),
  ('staff', 'product_variants where product_id = {draft}', '1'),
  ('admin', 'product_variants where product_id = {draft}', '1'),
  ('customer', 'product_options where product_id = {draft}', '0'),
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
  ('owner', 'update products set name = repeat(''x'', 201) where id = {product}', 'PT422 invalid_value'),
  ('owner', 'update products set store_id = {rival}', '42501'),
  ('owner', 'update products set status = ''active''', '42501'),
  ('owner', 'update products set price_amount = 1', '42501'),
  ('owner', 'update products set rating_sum = 5', '42501'),
  ('owner', 'update products set sales_count = 1000', '42501'),
  ('owner', 'update products set is_listed = true', '42501'),
  ('owner', 'update product_variants set price_amount = 1', '42501'),
  ('owner', 'insert into product_variants (product_id) values ({product})', '42501'),
  ('owner', 'insert into product_media (product_id, store_id, path) values ({product}, {store}, {store} || ''/m.png'')', '1'),
  ('owner', 'insert into product_media (product_id, store_id, path) values ({product}, {store}, {rival} || ''/m.png'')', 'PT422 invalid_value'),
  ('owner', 'insert into product_media (product_id, store_id, path) values ({copy}, {store}, {store} || ''/m.png'')', 'PT422 unknown_reference'),
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
  ('customer', 'insert into wishlist_items (product_id) values ({product})', '0'),
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
select is(pg_temp.attempt('visitor', format('select %s', verb.call)), 'PT401 not_signed_in', format('a visitor who calls %s is told to sign in', verb.call))
from (values
  ('save_product({store})'), ('import_products({store}, csv => '''')'), ('export_products({store})'), ('set_product_status({product}, ''draft'')'),
  ('delete_product({product})'), ('adjust_stock({variant}, 1)'), ('set_stock({variant}, 1, 1)'), ('create_store(''a'', ''b'', ''c'', ''IN'')'),
  ('rename_store_link({store}, ''abc'')'), ('invite_member({store}, ''staff'')'), ('accept_invitation(''x'')'),
  ('change_member_role({store}, {user staff}, ''staff'')'), ('remove_member({store}, {user staff})'), ('transfer_store({store}, {user staff})'),
  ('close_store({store})'), ('set_store_status({store}, ''active'')'), ('rename_category({category}, ''x'')'), ('merge_categories({category}, {category})')
) as verb (call);
select * from finish();
rollback;
