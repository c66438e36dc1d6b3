-- The rights on the catalog where the access matrix is too coarse: which rows exactly, and what a write must look like.
begin;
set local search_path = public, extensions;
select plan(15);
-- include: actors, catalog_people, catalog_stores, catalog_products

-- Reading
select is(
  pg_temp.attempt(matrix.actor, format('select * from %s', matrix.what)), matrix.answer,
  format('the actor "%s" gets %s of: select from %s', matrix.actor, matrix.answer, matrix.what)
)
from (values
  ('visitor', 'product_options where product_id = {product}', '1'),
  ('visitor', 'product_variants where product_id = {product}', '2'),
  ('owner', 'audit_log where store_id = {store} and table_name = ''store_members''', '3'),
  ('admin', 'admin_products where id = {draft}', '1'),
  -- Walking from what one sees to what one does not
  ('visitor', 'categories join products on products.category_id = categories.id where categories.id = {category}', '2'),
  (
    'visitor',
    'products left join product_variants on product_variants.product_id = products.id where products.id = {draft}', '0'
  )
) as matrix (actor, what, answer);

-- Writing
select is(
  pg_temp.attempt(matrix.actor, matrix.statement), matrix.answer,
  format('the actor "%s" gets %s of: %s', matrix.actor, matrix.answer, matrix.statement)
)
from (values
  ('other owner', 'update products set name = ''Tap Copy''', '1'),
  ('owner', 'update products set name = repeat(''x'', 201) where id = {product}', 'PT422 invalid_value'),
  (
    'owner',
    'insert into product_media (product_id, store_id, path) values ({product}, {store}, {rival} || ''/m.png'')',
    'PT422 invalid_value'
  ),
  (
    'owner', 'insert into product_media (product_id, store_id, path) values ({copy}, {store}, {store} || ''/m.png'')',
    'PT422 unknown_reference'
  ),
  (
    'other owner',
    'insert into product_media (product_id, store_id, path) values ({product}, {store}, {store} || ''/n.png'')', '42501'
  ),
  ('customer', 'insert into wishlist_items (product_id) values ({product})', '1'),
  ('customer', 'insert into wishlist_items (product_id) values ({product})', '0'),
  ('customer', 'insert into wishlist_items (product_id) values ({draft})', '42501'),
  ('customer', 'insert into wishlist_items (user_id, product_id) values ({user owner}, {product})', '42501')
) as matrix (actor, statement, answer);
select * from finish();
rollback;
