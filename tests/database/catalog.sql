-- Products, variants, options, pictures and categories.
begin;
set local search_path = public, extensions;
select plan(97);
-- include: actors, catalog_people, catalog_stores, catalog_products

-- Saving
select is((select array_agg(distinct category_id) from products where slug in ('tap-assam', 'tap-secret', 'tap-copy')), array[(select id from categories where name = 'Tap Tea')], 'a category is made on first use, and is one whatever its case and spaces');
select is((select slug from categories where name = 'Tap Tea'), 'tap-tea', '… with a slug of its own');
select is((select (price_amount, mrp_amount, is_in_stock, is_listed)::text from products where slug = 'tap-assam'), '(20000,25000,t,t)', 'price and availability of a product are those of its variants');
select is((select array_agg(title order by position) from product_variants where product_id = (select value::uuid from ids where name = 'product')), array['100 g', '250 g'], 'a variant is called by its values');
select is((select on_hand from stock_levels where variant_id = (select value::uuid from ids where name = 'variant')), 8, 'it begins with its stock');
select is((select (quantity, reason)::text from stock_moves where variant_id = (select value::uuid from ids where name = 'variant')), '(8,initial)', '… from the ledger');
select is(pg_temp.attempt('owner', $$select save_product(store_id => {store}, name => 'Tap Assam', category => 'Tap Tea', price_amount => 100)$$), '1', 'a second product of one name');
select is((select count(*) from products where slug = 'tap-assam-2')::integer, 1, '… gets another link');
select is((select product_count from store_categories where store_id = (select value::uuid from ids where name = 'store')), 2, 'a store''s listed products are counted by category; drafts are not');
select is(pg_temp.attempt('manager', $$select save_product(store_id => {store}, product_id => {draft}, status => 'active')$$), '1', 'a manager shows a draft');
select is((select product_count from store_categories where store_id = (select value::uuid from ids where name = 'store')), 3, '… which is counted then');
select is(pg_temp.attempt('manager', $$select save_product(store_id => {store}, product_id => {draft}, name => 'Tap Revealed', category => 'Tap Biscuits', price_amount => 150, mrp_amount => 160)$$), '1', 'a simple product is edited by what is given');
select is((select (name, slug, price_amount, mrp_amount)::text from products where id = (select value::uuid from ids where name = 'draft')), '("Tap Revealed",tap-secret,150,160)', '… and keeps its link');
select is((select count(*) from product_variants where product_id = (select value::uuid from ids where name = 'draft'))::integer, 1, '… and its variant');
select is((select array_agg(product_count order by product_count) from store_categories where store_id = (select value::uuid from ids where name = 'store')), array[1, 2], 'counts follow to the other category');
select is((select jsonb_agg(entry -> 'before' order by entry ->> 'at') from (select to_jsonb(audit_log) as entry from audit_log where row_id = (select value::uuid from ids where name = 'draft variant')) as log), '[{"mrp_amount": 100, "price_amount": 100}]', 'the old price is in the audit log');

-- Variants
select is(pg_temp.attempt('owner', $$select save_product(store_id => {store}, product_id => {product}, variants => '[{"option_values": ["100 g"], "price_amount": 21000}]')$$), '1', 'a variant left out of the list');
select is((select (is_active, deleted_at is not null)::text from product_variants where id = (select value::uuid from ids where name = 'large')), '(f,t)', '… is retired, not deleted');
select is((select (price_amount, mrp_amount, sku)::text from product_variants where id = (select value::uuid from ids where name = 'variant')), '(21000,25000,TAP-1)', 'what is not given of the others stays');
select is(pg_temp.attempt('owner', $$select save_product(store_id => {store}, product_id => {product}, variants => '[{"option_values": ["100 g"]}, {"option_values": ["250 g"], "price_amount": 44000, "quantity": 2}]')$$), '1', 'the same values may come back');
select is((select count(*) from product_variants where product_id = (select value::uuid from ids where name = 'product'))::integer, 3, '… as a new variant');
select is(pg_temp.attempt('owner', $$select save_product(store_id => {store}, product_id => {product}, variants => '[{"option_values": ["100 g"], "quantity": 8}, {"option_values": ["250 g"], "quantity": 2}]')$$), '1', 'a form that sends the stock it showed is accepted');
select is(pg_temp.attempt('owner', $$select save_product(store_id => {store}, product_id => {product}, variants => '[{"option_values": ["100 g"], "quantity": 9}]')$$), 'PT409 stock_changed', '… another number is not: stock is not edited by a form');
select is((select count(*) from product_variants where product_id = (select value::uuid from ids where name = 'product') and is_active)::integer, 2, 'what was refused changed nothing');
select is(pg_temp.attempt('owner', $$select save_product(store_id => {store}, product_id => {product}, variants => '[{"option_values": ["1 kg"], "price_amount": 1}]')$$), 'PT422 variant_does_not_fit_options', 'values are among the options''');
select is(pg_temp.attempt('owner', $$select save_product(store_id => {store}, product_id => {product}, variants => '[{"price_amount": 1}]')$$), 'PT422 variant_does_not_fit_options', '… one for each');
select is(pg_temp.attempt('owner', $$select save_product(store_id => {store}, product_id => {product}, variants => '[]')$$), 'PT422 invalid_variants', 'there is at least one variant');
select is(pg_temp.attempt('owner', $$select save_product(store_id => {store}, product_id => {product}, variants => '{}')$$), 'PT422 invalid_variants', '… in a list');
select is(pg_temp.attempt('owner', $$select save_product(store_id => {store}, product_id => {product}, variants => '[3]')$$), 'PT422 invalid_variants', '… of objects');
select is(pg_temp.attempt('owner', $$select save_product(store_id => {store}, product_id => {product}, variants => jsonb_build_array(jsonb_build_object('id', {copy variant}, 'option_values', array['100 g'])))$$), 'PT404 variant_not_found', 'a variant of another product is not taken over');
select is(pg_temp.attempt('owner', $$select save_product(store_id => {store}, product_id => {product}, variants => '[{"option_values": ["100 g"]}, {"option_values": ["100 g"]}]')$$), 'PT422 duplicate_variant', 'nor one given twice');
select is(pg_temp.attempt('owner', $$select save_product(store_id => {store}, product_id => {product}, options => '[{"name": "Weight", "values": ["100 g"]}]')$$), 'PT422 invalid_variants', 'options come with their variants');
select is(pg_temp.attempt('owner', $$select save_product(store_id => {store}, product_id => {product}, options => '[{"name": "A", "values": ["1"]}, {"name": "á", "values": ["1"]}]', variants => '[{"option_values": ["1", "1"], "price_amount": 1}]')$$), 'PT422 invalid_options', 'two options of one name are refused');
select is(pg_temp.attempt('owner', $$select save_product(store_id => {store}, product_id => {product}, price_amount => 5)$$), 'PT422 invalid_variants', 'one price does not fit several variants');

-- Prices and other bad input
select is(pg_temp.attempt('owner', format($$select save_product(store_id => {store}, name => 'Bad', category => 'Tap Tea', variants => '[{"price_amount": %s}]')$$, bad.amount)), bad.answer, 'price_amount ' || bad.amount)
from (values ('-1', 'PT422 invalid_amount'), ('0', 'PT422 invalid_price'), ('1.5', 'PT422 invalid_amount'), ('1e308', 'PT422 invalid_amount'), ('"NaN"', 'PT422 invalid_amount'), ('"Infinity"', 'PT422 invalid_amount'), ('null', 'PT422 invalid_price'), ('true', 'PT422 invalid_amount'), ('[1]', 'PT422 invalid_amount'), ('99999999999999999999', 'PT422 invalid_amount'), ('9999999999999', 'PT422 invalid_price'), ('"100"', '1')) as bad (amount, answer);
select is(pg_temp.attempt('owner', $$select save_product(store_id => {store}, name => 'Bad', category => 'Tap Tea', price_amount => 100, mrp_amount => 99)$$), 'PT422 invalid_price', 'the MRP is not below the price');
select is(pg_temp.attempt('owner', $$select save_product(store_id => {store}, name => 'Bad', category => 'Tap Tea', price_amount => -5)$$), 'PT422 invalid_amount', 'a negative price is refused');
select is(pg_temp.attempt('owner', $$select save_product(store_id => {store}, name => 'Bad', category => 'Tap Tea', price_amount => 5, quantity => -1)$$), 'PT422 invalid_amount', 'so is negative stock');
select is(pg_temp.attempt('owner', $$select save_product(store_id => {store}, name => 'Bad', category => 'Tap Tea', price_amount => 5, quantity => 1000001)$$), 'PT422 invalid_quantity', 'and too much of it');
select is(pg_temp.attempt('owner', $$select save_product(store_id => {store}, name => 'Bad', category => 'Tap Tea')$$), 'PT422 invalid_price', 'a product has a price');
select is(pg_temp.attempt('owner', $$select save_product(store_id => {store}, name => E' \u200b\u202e ', category => 'Tap Tea', price_amount => 5)$$), 'PT422 invalid_product_name', 'and a visible name');
select is(pg_temp.attempt('owner', $$select save_product(store_id => {store}, name => 'Bad', price_amount => 5)$$), 'PT422 invalid_category', 'and a category');
select is(pg_temp.attempt('owner', $$select save_product(store_id => {store}, name => 'Bad', category => repeat('x', 61), price_amount => 5)$$), 'PT422 invalid_category', '… of a reasonable length');
select is(pg_temp.attempt('owner', $$select save_product(store_id => {store}, name => 'Bad', category => 'Tap Tea', description => repeat('x', 20001), price_amount => 5)$$), 'PT422 invalid_description', 'a description ends somewhere');
select is(pg_temp.attempt('owner', $$select save_product(store_id => {store}, name => 'Bad', category => 'Tap Tea', status => 'approved', price_amount => 5)$$), 'PT422 invalid_status', 'a status is one of three');
select is(pg_temp.attempt('owner', $$select save_product(store_id => {store}, name => 'Bad', category => 'Tap Tea', price_amount => 5, sku => ' tap-1 ')$$), 'PT409 sku_taken', 'an SKU is one per store, whatever its case');
select is(pg_temp.attempt('other owner', $$select save_product(store_id => {rival}, product_id => {copy}, sku => 'TAP-1')$$), '1', '… per store');
select is(pg_temp.attempt('owner', $$select save_product(store_id => {store}, product_id => {copy}, name => 'Mine')$$), 'PT404 product_not_found', 'another store''s product is not edited through one''s own');
select is(pg_temp.attempt('owner', $$select save_product(store_id => {rival}, name => 'Spam', category => 'Tap Tea', price_amount => 5)$$), 'PT403 store_role_required', 'nor another store filled');
select is(pg_temp.attempt('staff', $$select save_product(store_id => {store}, name => 'Spam', category => 'Tap Tea', price_amount => 5)$$), 'PT403 store_role_required', 'staff does not edit the catalog');
select is(pg_temp.attempt('customer', $$select save_product(store_id => {store}, name => 'Spam', category => 'Tap Tea', price_amount => 5)$$), 'PT403 store_role_required', 'customers do not');
select is(pg_temp.attempt('visitor', $$select save_product(store_id => {store}, name => 'Spam', category => 'Tap Tea', price_amount => 5)$$), 'PT401 not_signed_in', 'visitors do not');
select is((select count(*) from products where name in ('Spam', 'Mine'))::integer, 0, 'nothing of that is left behind');

-- Pictures
select is(pg_temp.attempt('owner', $$select save_product(store_id => {store}, product_id => {product}, images => jsonb_build_array({store} || '/a.png', jsonb_build_object('path', {store} || '/b.png', 'alt', 'Leaves')))$$), '1', 'pictures are given by path');
select is((select array_agg(alt order by position) from product_media where product_id = (select value::uuid from ids where name = 'product')), array['', 'Leaves'], '… in their order');
select is(pg_temp.attempt('owner', $$select save_product(store_id => {store}, product_id => {product}, images => jsonb_build_array({rival} || '/a.png'))$$), 'PT422 invalid_image', 'they lie in the store''s folder');
select is(pg_temp.attempt('owner', $$select save_product(store_id => {store}, product_id => {product}, images => jsonb_build_array({store} || '/../a.png'))$$), 'PT422 invalid_image', 'and do not climb out of it');
select is(pg_temp.attempt('owner', $$select save_product(store_id => {store}, product_id => {product}, images => '"x"')$$), 'PT422 invalid_image', 'they are a list');

-- Reading
select is(get_product(link => 'tap-tea-house', slug => 'tap-assam') ->> 'name', 'Tap Assam', 'a product is found by the links of store and product');
select is(jsonb_array_length(get_product((select value::uuid from ids where name = 'product')) -> 'variants'), 2, '… by its id, with its variants');
select ok(get_product((select value::uuid from ids where name = 'product')) -> 'related' @> '[{"slug": "tap-copy"}]', '… and its neighbours in the category');
select ok(not (get_product((select value::uuid from ids where name = 'product')) -> 'related' @> '[{"slug": "tap-assam"}]'), '… without itself');
select is(get_product((select value::uuid from ids where name = 'product')) #> '{variants,0,on_hand}', null, 'the public is not told how much there is');
select is(get_product((select value::uuid from ids where name = 'product')) #> '{variants,0,available}', '8', '… only when it is little');
select is(pg_temp.attempt('visitor', $$select get_product(gen_random_uuid())$$), 'PT404 product_not_found', 'what is not there is not found');
select is(pg_temp.attempt('visitor', $$select get_product()$$), 'PT404 product_not_found', 'nothing is found by nothing');
select is(get_store_catalog('tap-tea-house') #>> '{categories,0,name}', 'Tap Tea', 'a catalog begins with the largest category');
select is((select array_agg((entry ->> 'product_count')::integer) from jsonb_array_elements(get_store_catalog('tap-tea-house') -> 'categories') as entry), array[3, 1], '… and goes on by size');
select is(jsonb_array_length(get_store_catalog('tap-tea-house', products_per_category => 1) #> '{categories,0,products}'), 1, 'as many products of each as asked for');
select is(get_store_catalog('tap-tea-house', 1, 1, get_store_catalog('tap-tea-house', 1, 1) ->> 'next_cursor') #>> '{categories,0,name}', 'Tap Biscuits', 'its cursor leads to the next category');
select is(pg_temp.attempt('visitor', $$select get_store_catalog('tap-tea-house', cursor => 'x')$$), 'PT400 invalid_cursor', 'a forged cursor is refused');

-- Status and deletion
select is(pg_temp.attempt('manager', $$select set_product_status({product}, 'archived')$$), '1', 'a product is archived');
select is(pg_temp.attempt('visitor', $$select get_product({product})$$), 'PT404 product_not_found', '… and gone for visitors');
select is(pg_temp.attempt('staff', $$select get_product({product})$$), '1', '… not for the store''s people');
select is(pg_temp.attempt('manager', $$select set_product_status({product}, 'sold')$$), 'PT422 invalid_status', 'a status is one of three');
select is(pg_temp.attempt('other owner', $$select set_product_status({product}, 'active')$$), 'PT404 product_not_found', 'a competitor does not even see it');
select is(pg_temp.attempt('other owner', $$select delete_product({draft})$$), 'PT403 store_role_required', 'nor delete what he sees');
select is(pg_temp.attempt('owner', $$select delete_product({product})$$), '1', 'the owner deletes it');
select is(pg_temp.attempt('owner', $$select delete_product({product})$$), '1', 'twice is no error');
select is((select (is_listed, deleted_at is not null)::text from products where id = (select value::uuid from ids where name = 'product')), '(f,t)', 'the row stays for past orders');
select is(pg_temp.attempt('owner', $$select save_product(store_id => {store}, product_id => {product}, name => 'Undead')$$), 'PT404 product_not_found', 'a deleted product is not edited');
select is(pg_temp.attempt('owner', $$select save_product(store_id => {store}, name => 'Tap Assam', category => 'Tap Tea', price_amount => 100, sku => 'TAP-1')$$), '1', 'its link and SKU are free again');
select is((select count(*) from products where slug = 'tap-assam' and deleted_at is null)::integer, 1, '… and taken by the new one');
select throws_ok($$insert into products (store_id, category_id, name, slug, currency) select store_id, category_id, 'Bare', 'bare', currency from products limit 1; set constraints all immediate$$, 'PT422', null, 'a product without a variant does not reach its commit');
select throws_ok($$delete from product_variants where sku = 'TAP-1'$$, null, null, 'a variant that has stock rows is never deleted');
select throws_ok($$update stores set currency = 'JPY' where slug = 'tap-tea-house'$$, '23503', null, 'a store with prices keeps its currency');

select * from finish();
rollback;
