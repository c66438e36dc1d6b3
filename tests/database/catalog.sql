-- Products, variants, options, pictures and categories.
begin;
set local search_path = public, extensions;
select plan(97);
-- include: actors, catalog_people, catalog_stores, catalog_products

-- Saving
select is(
  (select array_agg(distinct category_id) from products where slug in ('tap-assam', 'tap-secret', 'tap-copy')),
  array[(select id from categories where name = 'Tap Tea')],
  'a category is made on first use, and is one whatever its case and spaces'
);
select is((select slug from categories where name = 'Tap Tea'), 'tap-tea', 'a new category has a slug of its own');
select is(
  (select (price_amount, mrp_amount, is_in_stock, is_listed)::text from products where slug = 'tap-assam'),
  '(20000,25000,t,t)', 'price and availability of a product are those of its variants'
);
select is(
  (
    select array_agg(title order by position)
    from product_variants
    where product_id = (select value::uuid from ids where name = 'product')
  ),
  array['100 g', '250 g'], 'a variant is called by its values'
);
select is(
  (select on_hand from stock_levels where variant_id = (select value::uuid from ids where name = 'variant')), 8,
  'a new variant begins with its stock'
);
select is(
  (
    select (quantity, reason)::text
    from stock_moves
    where variant_id = (select value::uuid from ids where name = 'variant')
  ),
  '(8,initial)', 'the stock that a variant begins with stands in the ledger'
);
select is(
  pg_temp.attempt(
    'owner',
    $$select save_product(store_id => {store}, name => 'Tap Assam', category => 'Tap Tea', price_amount => 100)$$
  ),
  '1', 'a store may have a second product of one name'
);
select is(
  (select count(*) from products where slug = 'tap-assam-2')::integer, 1,
  'a second product of one name gets another link'
);
select is(
  (select product_count from store_categories where store_id = (select value::uuid from ids where name = 'store')), 2,
  'a store''s listed products are counted by category; drafts are not'
);
select is(
  pg_temp.attempt('manager', $$select save_product(store_id => {store}, product_id => {draft}, status => 'active')$$),
  '1', 'a manager shows a draft'
);
select is(
  (select product_count from store_categories where store_id = (select value::uuid from ids where name = 'store')), 3,
  'a draft that is shown is counted in its category'
);
select is(
  pg_temp.attempt(
    'manager',
    $$
      select save_product(
        store_id => {store}, product_id => {draft}, name => 'Tap Revealed', category => 'Tap Biscuits',
        price_amount => 150, mrp_amount => 160
      )
    $$
  ),
  '1', 'a simple product is edited by giving what changes'
);
select is(
  (
    select (name, slug, price_amount, mrp_amount)::text
    from products
    where id = (select value::uuid from ids where name = 'draft')
  ),
  '("Tap Revealed",tap-secret,150,160)', 'a product that is renamed keeps its link'
);
select is(
  (
    select count(*) from product_variants where product_id = (select value::uuid from ids where name = 'draft')
  )::integer,
  1, 'a simple product that is edited keeps its variant'
);
select is(
  (
    select array_agg(product_count order by product_count)
    from store_categories
    where store_id = (select value::uuid from ids where name = 'store')
  ),
  array[1, 2], 'a product that moves is counted in its new category'
);
select is(
  (
    select jsonb_agg(entry -> 'before' order by entry ->> 'at')
    from (
      select to_jsonb(audit_log) as entry
      from audit_log
      where row_id = (select value::uuid from ids where name = 'draft variant')
    ) as log
  ),
  '[{"mrp_amount": 100, "price_amount": 100}]', 'the old price is in the audit log'
);

-- Variants
select is(
  pg_temp.attempt(
    'owner',
    $$
      select save_product(
        store_id => {store}, product_id => {product},
        variants => '[{"option_values": ["100 g"], "price_amount": 21000}]'
      )
    $$
  ),
  '1', 'a list of variants may leave one out'
);
select is(
  (
    select (is_active, deleted_at is not null)::text
    from product_variants
    where id = (select value::uuid from ids where name = 'large')
  ),
  '(f,t)', 'a variant left out of the list is retired, not deleted'
);
select is(
  (
    select (price_amount, mrp_amount, sku)::text
    from product_variants
    where id = (select value::uuid from ids where name = 'variant')
  ),
  '(21000,25000,TAP-1)', 'what is not given of a variant stays'
);
select is(
  pg_temp.attempt(
    'owner',
    $$
      select save_product(
        store_id => {store}, product_id => {product},
        variants => '[{"option_values": ["100 g"]}, {"option_values": ["250 g"], "price_amount": 44000, "quantity": 2}]'
      )
    $$
  ),
  '1', 'the values of a retired variant may come back'
);
select is(
  (
    select count(*) from product_variants where product_id = (select value::uuid from ids where name = 'product')
  )::integer,
  3, 'values that come back are a new variant'
);
select is(
  pg_temp.attempt(
    'owner',
    $$
      select save_product(
        store_id => {store}, product_id => {product},
        variants => '[{"option_values": ["100 g"], "quantity": 8}, {"option_values": ["250 g"], "quantity": 2}]'
      )
    $$
  ),
  '1', 'a form that sends the stock it showed is accepted'
);
select is(
  pg_temp.attempt(
    'owner',
    $$
      select save_product(
        store_id => {store}, product_id => {product}, variants => '[{"option_values": ["100 g"], "quantity": 9}]'
      )
    $$
  ),
  'PT409 stock_changed', 'a form that sends another stock than there is, is refused: it does not edit stock'
);
select is(
  (
    select count(*)
    from product_variants
    where product_id = (select value::uuid from ids where name = 'product') and is_active
  )::integer,
  2, 'a form that was refused changed nothing'
);
select is(
  pg_temp.attempt(
    'owner',
    $$
      select save_product(
        store_id => {store}, product_id => {product}, variants => '[{"option_values": ["1 kg"], "price_amount": 1}]'
      )
    $$
  ),
  'PT422 variant_does_not_fit_options', 'a variant with a value that no option has is refused'
);
select is(
  pg_temp.attempt(
    'owner', $$select save_product(store_id => {store}, product_id => {product}, variants => '[{"price_amount": 1}]')$$
  ),
  'PT422 variant_does_not_fit_options', 'a variant without a value for each option is refused'
);
select is(
  pg_temp.attempt('owner', $$select save_product(store_id => {store}, product_id => {product}, variants => '[]')$$),
  'PT422 invalid_variants', 'an empty list of variants is refused'
);
select is(
  pg_temp.attempt('owner', $$select save_product(store_id => {store}, product_id => {product}, variants => '{}')$$),
  'PT422 invalid_variants', 'variants that are no list are refused'
);
select is(
  pg_temp.attempt('owner', $$select save_product(store_id => {store}, product_id => {product}, variants => '[3]')$$),
  'PT422 invalid_variants', 'a list of variants that are no objects is refused'
);
select is(
  pg_temp.attempt(
    'owner',
    $$
      select save_product(
        store_id => {store}, product_id => {product},
        variants => jsonb_build_array(jsonb_build_object('id', {copy variant}, 'option_values', array['100 g']))
      )
    $$
  ),
  'PT404 variant_not_found', 'a variant of another product is not taken over'
);
select is(
  pg_temp.attempt(
    'owner',
    $$
      select save_product(
        store_id => {store}, product_id => {product},
        variants => '[{"option_values": ["100 g"]}, {"option_values": ["100 g"]}]'
      )
    $$
  ),
  'PT422 duplicate_variant', 'a variant that is given twice is refused'
);
select is(
  pg_temp.attempt(
    'owner',
    $$
      select save_product(
        store_id => {store}, product_id => {product}, options => '[{"name": "Weight", "values": ["100 g"]}]'
      )
    $$
  ),
  'PT422 invalid_variants', 'options without their variants are refused'
);
select is(
  pg_temp.attempt(
    'owner',
    $$
      select save_product(
        store_id => {store}, product_id => {product},
        options => '[{"name": "A", "values": ["1"]}, {"name": "á", "values": ["1"]}]',
        variants => '[{"option_values": ["1", "1"], "price_amount": 1}]'
      )
    $$
  ),
  'PT422 invalid_options', 'two options of one name are refused'
);
select is(
  pg_temp.attempt('owner', $$select save_product(store_id => {store}, product_id => {product}, price_amount => 5)$$),
  'PT422 invalid_variants', 'one price for several variants is refused'
);

-- Prices and other bad input
select is(
  pg_temp.attempt(
    'owner',
    format(
      $$
        select save_product(
          store_id => {store}, name => 'Bad', category => 'Tap Tea', variants => '[{"price_amount": %s}]'
        )
      $$,
      bad.amount
    )
  ),
  bad.answer, 'save_product refuses the price ' || bad.amount
)
from (
  values ('-1', 'PT422 invalid_amount'), ('0', 'PT422 invalid_price'), ('1.5', 'PT422 invalid_amount'),
  ('1e308', 'PT422 invalid_amount'), ('"NaN"', 'PT422 invalid_amount'), ('"Infinity"', 'PT422 invalid_amount'),
  ('null', 'PT422 invalid_price'), ('true', 'PT422 invalid_amount'), ('[1]', 'PT422 invalid_amount'),
  ('99999999999999999999', 'PT422 invalid_amount'), ('9999999999999', 'PT422 invalid_price'), ('"100"', '1')
) as bad (amount, answer);
select is(
  pg_temp.attempt(
    'owner',
    $$
      select save_product(
        store_id => {store}, name => 'Bad', category => 'Tap Tea', price_amount => 100, mrp_amount => 99
      )
    $$
  ),
  'PT422 invalid_price', 'an MRP below the price is refused'
);
select is(
  pg_temp.attempt(
    'owner', $$select save_product(store_id => {store}, name => 'Bad', category => 'Tap Tea', price_amount => -5)$$
  ),
  'PT422 invalid_amount', 'a negative price is refused'
);
select is(
  pg_temp.attempt(
    'owner',
    $$
      select save_product(store_id => {store}, name => 'Bad', category => 'Tap Tea', price_amount => 5, quantity => -1)
    $$
  ),
  'PT422 invalid_amount', 'a negative stock is refused'
);
select is(
  pg_temp.attempt(
    'owner',
    $$
      select save_product(
        store_id => {store}, name => 'Bad', category => 'Tap Tea', price_amount => 5, quantity => 1000001
      )
    $$
  ),
  'PT422 invalid_quantity', 'a stock above the limit is refused'
);
select is(
  pg_temp.attempt('owner', $$select save_product(store_id => {store}, name => 'Bad', category => 'Tap Tea')$$),
  'PT422 invalid_price', 'a product without a price is refused'
);
select is(
  pg_temp.attempt(
    'owner',
    $$select save_product(store_id => {store}, name => E' \u200b\u202e ', category => 'Tap Tea', price_amount => 5)$$
  ),
  'PT422 invalid_product_name', 'a product without a visible name is refused'
);
select is(
  pg_temp.attempt('owner', $$select save_product(store_id => {store}, name => 'Bad', price_amount => 5)$$),
  'PT422 invalid_category', 'a product without a category is refused'
);
select is(
  pg_temp.attempt(
    'owner', $$select save_product(store_id => {store}, name => 'Bad', category => repeat('x', 61), price_amount => 5)$$
  ),
  'PT422 invalid_category', 'a category with too long a name is refused'
);
select is(
  pg_temp.attempt(
    'owner',
    $$
      select save_product(
        store_id => {store}, name => 'Bad', category => 'Tap Tea', description => repeat('x', 20001), price_amount => 5
      )
    $$
  ),
  'PT422 invalid_description', 'a description above the limit is refused'
);
select is(
  pg_temp.attempt(
    'owner',
    $$
      select save_product(
        store_id => {store}, name => 'Bad', category => 'Tap Tea', status => 'approved', price_amount => 5
      )
    $$
  ),
  'PT422 invalid_status', 'save_product refuses an unknown status'
);
select is(
  pg_temp.attempt(
    'owner',
    $$
      select save_product(
        store_id => {store}, name => 'Bad', category => 'Tap Tea', price_amount => 5, sku => ' tap-1 '
      )
    $$
  ),
  'PT409 sku_taken', 'an SKU is unique within a store, whatever its case'
);
select is(
  pg_temp.attempt('other owner', $$select save_product(store_id => {rival}, product_id => {copy}, sku => 'TAP-1')$$),
  '1', 'two stores may have the same SKU'
);
select is(
  pg_temp.attempt('owner', $$select save_product(store_id => {store}, product_id => {copy}, name => 'Mine')$$),
  'PT404 product_not_found', 'another store''s product is not edited through one''s own'
);
select is(
  pg_temp.attempt(
    'owner', $$select save_product(store_id => {rival}, name => 'Spam', category => 'Tap Tea', price_amount => 5)$$
  ),
  'PT403 store_role_required', 'another store is not filled with products'
);
select is(
  pg_temp.attempt(
    'staff', $$select save_product(store_id => {store}, name => 'Spam', category => 'Tap Tea', price_amount => 5)$$
  ),
  'PT403 store_role_required', 'staff does not edit the catalog'
);
select is(
  pg_temp.attempt(
    'customer', $$select save_product(store_id => {store}, name => 'Spam', category => 'Tap Tea', price_amount => 5)$$
  ),
  'PT403 store_role_required', 'a customer does not edit the catalog'
);
select is(
  pg_temp.attempt(
    'visitor', $$select save_product(store_id => {store}, name => 'Spam', category => 'Tap Tea', price_amount => 5)$$
  ),
  'PT401 not_signed_in', 'a visitor does not edit the catalog'
);
select is(
  (select count(*) from products where name in ('Spam', 'Mine'))::integer, 0, 'refused products leave nothing behind'
);

-- Pictures
select is(
  pg_temp.attempt(
    'owner',
    $$
      select save_product(
        store_id => {store}, product_id => {product},
        images => jsonb_build_array(
          {store} || '/a.png', jsonb_build_object('path', {store} || '/b.png', 'alt', 'Leaves')
        )
      )
    $$
  ),
  '1', 'pictures are given by their paths'
);
select is(
  (
    select array_agg(alt order by position)
    from product_media
    where product_id = (select value::uuid from ids where name = 'product')
  ),
  array['', 'Leaves'], 'pictures keep the order in which they were given'
);
select is(
  pg_temp.attempt(
    'owner',
    $$
      select save_product(
        store_id => {store}, product_id => {product}, images => jsonb_build_array({rival} || '/a.png')
      )
    $$
  ),
  'PT422 invalid_image', 'a picture outside the store''s folder is refused'
);
select is(
  pg_temp.attempt(
    'owner',
    $$
      select save_product(
        store_id => {store}, product_id => {product}, images => jsonb_build_array({store} || '/../a.png')
      )
    $$
  ),
  'PT422 invalid_image', 'a path of a picture that climbs out of the store''s folder is refused'
);
select is(
  pg_temp.attempt('owner', $$select save_product(store_id => {store}, product_id => {product}, images => '"x"')$$),
  'PT422 invalid_image', 'pictures that are no list are refused'
);

-- Reading
select is(
  get_product(link => 'tap-tea-house', slug => 'tap-assam') ->> 'name', 'Tap Assam',
  'a product is found by the links of store and product'
);
select is(
  jsonb_array_length(get_product((select value::uuid from ids where name = 'product')) -> 'variants'), 2,
  'a product is found by its id, with its variants'
);
select ok(
  get_product((select value::uuid from ids where name = 'product')) -> 'related' @> '[{"slug": "tap-copy"}]',
  'a product comes with its neighbours in the category'
);
select ok(
  not (get_product((select value::uuid from ids where name = 'product')) -> 'related' @> '[{"slug": "tap-assam"}]'),
  'a product is not its own neighbour'
);
select is(
  get_product((select value::uuid from ids where name = 'product')) #> '{variants,0,on_hand}', null,
  'the public is not told how much there is'
);
select is(
  get_product((select value::uuid from ids where name = 'product')) #> '{variants,0,available}', '8',
  'the public is told how much there is when it is little'
);
select is(
  pg_temp.attempt('visitor', $$select get_product(gen_random_uuid())$$), 'PT404 product_not_found',
  'a product that is not there is not found'
);
select is(
  pg_temp.attempt('visitor', $$select get_product()$$), 'PT404 product_not_found',
  'get_product without an argument finds nothing'
);
select is(
  get_store_catalog('tap-tea-house') #>> '{categories,0,name}', 'Tap Tea', 'a catalog begins with the largest category'
);
select is(
  (
    select array_agg((entry ->> 'product_count')::integer)
    from jsonb_array_elements(get_store_catalog('tap-tea-house') -> 'categories') as entry
  ),
  array[3, 1], 'the categories of a catalog go on by size'
);
select is(
  jsonb_array_length(get_store_catalog('tap-tea-house', products_per_category => 1) #> '{categories,0,products}'), 1,
  'a catalog shows as many products of each category as asked for'
);
select is(
  get_store_catalog(
    'tap-tea-house', 1, 1, get_store_catalog('tap-tea-house', 1, 1) ->> 'next_cursor'
  ) #>> '{categories,0,name}',
  'Tap Biscuits', 'the cursor of a catalog leads to the next category'
);
select is(
  pg_temp.attempt('visitor', $$select get_store_catalog('tap-tea-house', cursor => 'x')$$), 'PT400 invalid_cursor',
  'a forged cursor of a catalog is refused'
);

-- Status and deletion
select is(
  pg_temp.attempt('manager', $$select set_product_status({product}, 'archived')$$), '1', 'a product is archived'
);
select is(
  pg_temp.attempt('visitor', $$select get_product({product})$$), 'PT404 product_not_found',
  'an archived product is gone for visitors'
);
select is(
  pg_temp.attempt('staff', $$select get_product({product})$$), '1',
  'an archived product is there for the store''s people'
);
select is(
  pg_temp.attempt('manager', $$select set_product_status({product}, 'sold')$$), 'PT422 invalid_status',
  'set_product_status refuses an unknown status'
);
select is(
  pg_temp.attempt('other owner', $$select set_product_status({product}, 'active')$$), 'PT404 product_not_found',
  'a competitor does not even see an archived product'
);
select is(
  pg_temp.attempt('other owner', $$select delete_product({draft})$$), 'PT403 store_role_required',
  'a competitor does not delete a product that he sees'
);
select is(pg_temp.attempt('owner', $$select delete_product({product})$$), '1', 'an owner deletes a product');
select is(pg_temp.attempt('owner', $$select delete_product({product})$$), '1', 'deleting a product twice is no error');
select is(
  (
    select (is_listed, deleted_at is not null)::text
    from products
    where id = (select value::uuid from ids where name = 'product')
  ),
  '(f,t)', 'the row of a deleted product stays for past orders'
);
select is(
  pg_temp.attempt('owner', $$select save_product(store_id => {store}, product_id => {product}, name => 'Undead')$$),
  'PT404 product_not_found', 'a deleted product is not edited'
);
select is(
  pg_temp.attempt(
    'owner',
    $$
      select save_product(
        store_id => {store}, name => 'Tap Assam', category => 'Tap Tea', price_amount => 100, sku => 'TAP-1'
      )
    $$
  ),
  '1', 'the link and the SKU of a deleted product are free again'
);
select is(
  (select count(*) from products where slug = 'tap-assam' and deleted_at is null)::integer, 1,
  'the link of a deleted product is taken by the new one'
);
select throws_ok(
  $$
    insert into products (store_id, category_id, name, slug, currency) select store_id, category_id, 'Bare', 'bare',
    currency
    from products
    limit 1; set constraints all immediate
  $$,
  'PT422', null, 'a product without a variant does not reach its commit'
);
select throws_ok(
  $$delete from product_variants where sku = 'TAP-1'$$, null, null, 'a variant that has stock rows is never deleted'
);
select throws_ok(
  $$update stores set currency = 'JPY' where slug = 'tap-tea-house'$$, '23503', null,
  'a store with prices keeps its currency'
);

select * from finish();
rollback;
