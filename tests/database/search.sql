-- Words, typos, filters, facets, orders and pages.
begin;
set local search_path = public, extensions;
select plan(125);
-- include: actors, catalog_people, catalog_stores, catalog_products

do $$
begin
  perform pg_temp.attempt('owner', $s$select public.save_product(store_id => {store}, name => 'Qrème Brûlée Torch', description => 'Caramelises sugar.', category => 'Tap Kitchen', price_amount => 90000, mrp_amount => 120000, quantity => 3)$s$);
  perform pg_temp.attempt('owner', $s$select public.save_product(store_id => {store}, name => 'Enamel Mugs', description => 'Goes with the qrème torch.', category => 'Tap Kitchen', price_amount => 30000)$s$);
  perform pg_temp.attempt('other owner', $s$select public.save_product(store_id => {rival}, name => 'रंगोली powder zzkit', category => 'Tap Art', price_amount => 5000, quantity => 9)$s$);
  perform pg_temp.attempt('owner', format($s$select public.import_products({store}, rows => %L)$s$,
    (select jsonb_agg(jsonb_build_object('name', 'Zzlot ' || n, 'category', 'Zz Lots', 'price', n::text)) from generate_series(1, 45) as n)));
end;
$$;
create function pg_temp.names(answer jsonb) returns text[] language sql as $$
  select coalesce(array_agg(item ->> 'name'), '{}') from jsonb_array_elements(answer -> 'items') as item
$$;
-- Words
select is(pg_temp.names(search_products('qreme')), array['Qrème Brûlée Torch', 'Enamel Mugs'], 'accents do not matter, a name counts more than a mention');
select is(pg_temp.names(search_products('QRÈME BRULEE')), array['Qrème Brûlée Torch'], 'case does not, and all words must be there');
select is(pg_temp.names(search_products('enamel mug')), array['Enamel Mugs'], 'endings do not');
select is(pg_temp.names(search_products('enamle')), array['Enamel Mugs'], 'a slip of the finger is forgiven');
select is(search_products('enamle') ->> 'corrected_query', 'enamel', '… and said');
select is(pg_temp.names(search_products('the enamle')), array['Enamel Mugs'], '… with a stop word beside it');
select is(search_products('sugar mug') ->> 'corrected_query', null, 'a word of a description exists, and is not taken for a slip');
select is(search_products('zzlto 44') ->> 'corrected_query', 'zzlot 44', 'a slip beside a number leaves the number as it is');
select is(pg_temp.names(search_products('zzlto44')), array['Zzlot 44'], '… and so it does when they are typed as one');
select is(search_products('zzlot 444') ->> 'corrected_query', null, 'a number is never taken for another');
select is(pg_temp.names(search_products('ename')), array['Enamel Mugs'], 'the beginning of a word is enough');
select is(pg_temp.names(search_products('rangoli zzkit')), array['रंगोली powder zzkit'], 'a word in another script is found in Latin letters');
select is(pg_temp.names(search_products('रंगोली')), array['रंगोली powder zzkit'], '… and in its own');
select is(pg_temp.names(search_products('qwxyvbn')), '{}', 'what is nothing finds nothing');
select is(pg_temp.names(search_products('???')), '{}', 'so do signs alone');
select is(pg_temp.names(search_products(query)), '{}', 'hostile words are words: ' || left(query, 20))
from unnest(array['a''b:*&|!()<->', '%%%%%%%%', repeat('(', 1000), 'zz''); drop table products; --', repeat('xq ', 4000), E'\\u0000\\', '"unclosed', '-', '<q>', e'\u202e']) as query;

-- The name of the category
do $$
begin
  perform pg_temp.attempt('owner', $s$select public.save_product(store_id => {store}, name => 'Qrix Pan', description => 'For eggs.', category => 'Zwcook Wäre', price_amount => 90000)$s$);
  perform pg_temp.attempt('owner', $s$select public.save_product(store_id => {store}, name => 'Zwcook Spoon', category => 'Tap Rest', price_amount => 900)$s$);
  perform pg_temp.attempt('owner', $s$select public.save_product(store_id => {store}, name => 'Qrix Hook', description => 'For a zwcook.', category => 'Tap Rest', price_amount => 900)$s$);
  perform pg_temp.remember('cookware', $s$select id from public.categories where name = 'Zwcook Wäre'$s$);
  perform pg_temp.remember('kitchen', $s$select id from public.categories where name = 'Tap Kitchen'$s$);
  perform pg_temp.remember('pan', $s$select id from public.products where name = 'Qrix Pan'$s$);
end;
$$;
select is(pg_temp.names(search_products('zwcook')), array['Zwcook Spoon', 'Qrix Pan', 'Qrix Hook'], 'a product is found by its category: after those named so, before those that mention it');
select is(pg_temp.names(search_products('qrix wares')), array['Qrix Pan'], 'words of the name and of the category go together');
select is(pg_temp.names(search_products('zwcok ware')), array['Qrix Pan'], 'a slip of the finger in a category is forgiven');
select is(pg_temp.attempt('visitor', $$select * from products where search @@ plainto_tsquery('english', 'wäre')$$), '1', 'a plain query finds by category too, with the accents as written');
select is(pg_temp.attempt('owner', $$update products set description = 'For omelettes.' where id = {pan}$$), '1', 'a seller edits the text');
select is(pg_temp.names(search_products('ware omelette')), array['Qrix Pan'], 'an edit of the text leaves the category in the document');
select is(pg_temp.attempt('admin', $$select rename_category({cookware}, 'Zwpots')$$), '1', 'an operator renames a category');
select is(pg_temp.names(search_products('zwpots')), array['Qrix Pan'], 'a renamed category is found by its new name');
select is(pg_temp.names(search_products('qrix ware')), '{}', '… and no longer by the old one');
select is(pg_temp.names(search_products('zwpotz')), array['Qrix Pan'], '… which is also what a typo is corrected to');
select is(pg_temp.attempt('owner', $$select public.save_product(store_id => {store}, product_id => {pan}, category => 'Zwpans')$$), '1', 'a product moves to another category');
select is(pg_temp.names(search_products('zwpans')), array['Qrix Pan'], 'a product that moves is found in its new category');
select is(pg_temp.names(search_products('qrix zwpots')), '{}', '… and no longer in the old one');
select is(pg_temp.attempt('admin', $$select merge_categories({kitchen}, (select id from categories where name = 'Zwpans'))$$), '1', 'an operator merges two categories');
select is(pg_temp.names(search_products('enamel zwpan')), array['Enamel Mugs'], 'merged products are found by the name that is left');
select is(pg_temp.attempt('admin', $$select rename_category((select id from categories where name = 'Zwpans'), 'Tap Kitchen')$$), '1', '… and renames the one that is left');

-- Filters
select is(pg_temp.names(search_products(store_id => (select value::uuid from ids where name = 'rival'), sort => 'price_asc')), array['रंगोली powder zzkit', 'Tap Copy'], 'one store, the cheapest first');
select is(pg_temp.names(search_products('zzlot', min_price => 4400, sort => 'price_asc')), array['Zzlot 44', 'Zzlot 45'], 'a lowest price');
select is(pg_temp.names(search_products('zzlot', min_price => 200, max_price => 300, sort => 'price_desc')), array['Zzlot 3', 'Zzlot 2'], 'a range of prices, the dearest first');
select is(pg_temp.names(search_products('zzlot', currency => 'USD')), '{}', 'amounts of another currency are other amounts');
select is(pg_temp.names(search_products('qreme', in_stock => true)), array['Qrème Brûlée Torch'], 'only what is in stock');
select is(pg_temp.names(search_products('qreme', on_discount => true)), array['Qrème Brûlée Torch'], 'only what is below its MRP');
insert into discounts (store_id, name, kind, percent_bps) select value::uuid, 'All', 'percentage', 500 from ids where name = 'store';
select is(cardinality(pg_temp.names(search_products('qreme', on_discount => true))), 2, '… or discounted');
select is(cardinality(pg_temp.names(search_products('qreme', min_rating => 1))), 0, 'only what is rated');
select is(cardinality(pg_temp.names(search_products(category_ids => array[(select id from categories where name = 'Tap Kitchen')]))), 3, 'one category');
select is(cardinality(pg_temp.names(search_products(category_ids => array(select id from categories where name in ('Tap Kitchen', 'Tap Art'))))), 4, 'or several');
update stores set status = 'suspended' where id = (select value::uuid from ids where name = 'rival');
select is(pg_temp.names(search_products('zzkit')), '{}', 'a suspended store''s products are not found');
update stores set status = 'active' where id = (select value::uuid from ids where name = 'rival');
select is(pg_temp.names(search_products('zzkit')), array['रंगोली powder zzkit'], '… until it is back');
select is(pg_temp.names(search_products('secret')), '{}', 'a draft is found by nobody');

-- Facets
select is(search_products('qreme') #> '{facets,categories,0,count}', '2', 'categories are counted');
select is(search_products('qreme') #> '{facets,in_stock}', '1', 'so is what is in stock');
select is(search_products('qreme') #> '{facets,prices,0}', '{"count": 2, "currency": "INR", "max_amount": 90000, "min_amount": 30000}', 'prices have their range');
select is(search_products('qreme') -> 'total', '{"count": 2, "is_exact": true}', 'a small result is counted exactly');
select is(search_products('qreme', with_facets => false) -> 'facets', 'null', 'who needs no facets pays for none');
select is(search_products('%%%') #> '{facets,in_stock}', '0', 'nothing to look for has facets as well: none of each');

-- Pages
create function pg_temp.walk(sort text, page_size integer default 7) returns text[] language plpgsql as $$
declare
  v_page jsonb;
  v_names text[] := '{}';
begin
  loop
    v_page := search_products('zzlot', sort => walk.sort, cursor => v_page ->> 'next_cursor', page_size => walk.page_size);
    v_names := v_names || pg_temp.names(v_page);
    exit when v_page ->> 'next_cursor' is null;
  end loop;
  return v_names;
end;
$$;
select is((select count(distinct name)::integer from unnest(pg_temp.walk(sort)) as name), 45, 'pages by ' || sort || ' show everything')
from unnest(array['relevance', 'price_asc', 'price_desc', 'newest', 'rating', 'popularity']) as sort;
select is(cardinality(pg_temp.walk(sort)), 45, '… once, by ' || sort)
from unnest(array['relevance', 'price_asc', 'price_desc', 'newest', 'rating', 'popularity']) as sort;

-- Ratings. No verb writes them yet.
update products
set rating_count = lots.number % 3, rating_sum = lots.number % 3 * (1 + lots.number % 5)
from (select id, substr(name, 7)::integer as number from products where name like 'Zzlot %') as lots
where lots.id = products.id;
select is(search_products('zzlot') #> '{facets,ratings}', '{"1": 30, "2": 24, "3": 18, "4": 12}', 'those of so many stars and more are counted');
select is(search_products('zzlot', min_rating => lowest.rating) #>> '{total,count}', lowest.found, 'at least so many stars: ' || lowest.rating)
from (values (1, '30'), (2.5, '18'), (4, '12'), (5, '6')) as lowest (rating, found);
select is(pg_temp.walk('rating'), array(select name from products where name like 'Zzlot %' order by rating desc, id desc), 'the best rated first, page after page');

select is(pg_temp.attempt('visitor', format('select search_products(%s)', bad.arguments)), bad.answer, 'refused: ' || bad.arguments)
from (values
  ('sort => ''name; drop''', 'PT422 invalid_sort'), ('min_price => -1', 'PT422 invalid_filter'), ('min_price => 5, max_price => 4', 'PT422 invalid_filter'),
  ('min_rating => 6', 'PT422 invalid_filter'), ('min_rating => ''NaN''', 'PT422 invalid_filter'), ('cursor => ''x''', 'PT400 invalid_cursor'), ('cursor => ''''', 'PT400 invalid_cursor'),
  ('cursor => private.write_search_cursor(''{"s": "popularity", "k": "1 or 1=1", "i": "a0000000-0000-4000-8000-000000000001", "l": true, "g": false, "c": false, "p": 0}''), sort => ''popularity''', '42501'),
  ('category_ids => array(select gen_random_uuid() from generate_series(1, 101))', 'PT422 invalid_filter')
) as bad (arguments, answer);
select is(pg_temp.attempt('visitor', format('select search_products(cursor => %L)', private.write_search_cursor(forged.cursor::jsonb))), 'PT400 invalid_cursor', 'a forged cursor: ' || forged.cursor)
from unnest(array[
  '{"s": "popularity", "k": "1 or 1=1", "i": "a0000000-0000-4000-8000-000000000001", "l": true, "g": false, "c": false, "p": 0}',
  '{"s": "newest", "k": "1", "i": "a0000000-0000-4000-8000-000000000001", "l": true, "g": false, "c": false, "p": 0}',
  '{"s": "popularity", "k": "1", "i": "x", "l": true, "g": false, "c": false, "p": 0}',
  '{"s": "popularity", "k": "1", "i": "a0000000-0000-4000-8000-000000000001", "l": 7, "g": false, "c": false, "p": 0}',
  '[]', '3', '{}'
]) as forged (cursor);
select ok(jsonb_array_length(search_products('zzlot', page_size => 100000) -> 'items') <= 100, 'a page has its limit');

set constraints all immediate;
-- Large results: every one of these is in the sample, so that 45 count as many
alter table products disable trigger user;
select private.copy_product_sample(array(select id from products where name like 'Zzlot %'));
-- A table of some size, so that the sample is asked at all.
do $$
begin
  while pg_relation_size('products') < 2500000 loop
    update products set sales_count = sales_count;
  end loop;
end;
$$;
alter table products enable trigger user;
select is(search_products('zzlot') -> 'total', '{"count": 720, "is_exact": false}', 'a large result is counted on the sample and scaled');
select is(search_products('zzlot') #> '{facets,categories,0,count}', '720', '… its facets too');
select is(search_products('zzlot') #> '{facets,ratings}', '{"1": 480, "2": 384, "3": 288, "4": 192}', '… and its stars');
select is(search_products('zzlot', min_rating => 3) -> 'total', '{"count": 288, "is_exact": false}', 'large: at least so many stars');
select is(pg_temp.walk('rating'), array(select name from products where name like 'Zzlot %' order by rating desc, id desc), 'large: the best rated first');
select is(search_products('zzlott') - 'items' - 'next_cursor' - 'facets', '{"total": {"count": 720, "is_exact": false}, "corrected_query": "zzlot"}', 'large: a slip of the finger is forgiven');
select is((select count(distinct name)::integer from unnest(pg_temp.walk(sort)) as name), 45, 'large: pages by ' || sort || ' show everything')
from unnest(array['relevance', 'price_asc', 'price_desc', 'newest', 'rating', 'popularity']) as sort;
update products set name = 'Plain ' || id, description = 'zzlot' where name in ('Zzlot 1', 'Zzlot 2', 'Zzlot 3');
select is((pg_temp.walk('relevance'))[43:45] @> array[(select name from products where description = 'zzlot' limit 1)], true, 'large: those that only mention the word come last');
select is(cardinality(pg_temp.walk('relevance')), 45, '… and none is lost between the two');

-- A larger table yet, and fewer in the sample: now the matches are gathered, some within the bands in which a page lies.
alter table products disable trigger user;
update products set sales_count = price_amount / 100 where name like 'Zzlot %';
delete from private.product_sample
where id in (select id from products where search @@ 'zzlot' order by substr(id::text, 25) offset 18);
alter table products alter column description set storage plain;
insert into products (store_id, category_id, currency, name, slug, description)
select store_id, category_id, currency, 'Filler', 'filler-' || number, repeat('x', 7000)
from generate_series(1, 1800) as number
cross join (select * from products limit 1) as example;
alter table products enable trigger user;
update private.product_sample set sales_count = products.sales_count from products where products.id = product_sample.id;
select is(pg_temp.walk('price_asc', 20), array(select name from products where search @@ 'zzlot' order by price_amount, id), 'gathered: by price');
select is(pg_temp.walk('price_desc', 20), array(select name from products where search @@ 'zzlot' order by price_amount desc, id desc), 'gathered: the dearest first');
select is(pg_temp.walk('popularity', 20), array(select name from products where search @@ 'zzlot' order by sales_count desc, id desc), 'gathered: by popularity');
select is(pg_temp.walk('newest', 20), array(select name from products where search @@ 'zzlot' order by published_at desc, id desc), 'gathered: the newest first');
select is(pg_temp.walk('rating', 20), array(select name from products where search @@ 'zzlot' order by rating desc, id desc), 'gathered: by rating');
select is(cardinality(pg_temp.walk('relevance', 20)), 45, 'gathered: by relevance');

-- Best sellers: a page is taken from them as long as it ends among them
update private.best_seller_line set sales_count = 20;
update products set is_best_seller = sales_count >= 20;
select is(pg_temp.walk('popularity'), array(select name from products where search @@ 'zzlot' order by sales_count desc, id desc), 'best sellers: by popularity, across the line');
select is(pg_temp.walk('relevance'), pg_temp.walk('relevance', 20), 'best sellers: by relevance too');
update products set sales_count = 19 where name = 'Zzlot 45';
select is((select is_best_seller from products where name = 'Zzlot 45'), false, 'who sells less, or gives back, is none any more');
update products set sales_count = 4500 where name = 'Zzlot 45';
select is(pg_temp.walk('popularity'), array(select name from products where search @@ 'zzlot' order by sales_count desc, id desc), '… who sells more is one');
do $$ begin perform private.choose_best_sellers(); end; $$;
select is((select sales_count from private.best_seller_line), 1::bigint, 'the line moves to where few enough are above it');
select is((select count(*)::integer from products where is_best_seller <> (sales_count >= 1)), 0, '… and all are marked by it');

-- Plain queries of a frontend
select is(pg_temp.attempt('visitor', $$select * from products where search @@ websearch_to_tsquery('marketplace', 'brûlée torch')$$), '1', 'the column answers a plain full-text filter');
select is(pg_temp.attempt('visitor', $$select * from products where search @@ plainto_tsquery('english', 'enamel mugs')$$), '1', '… in the default configuration of the platform');
select is(pg_temp.attempt('visitor', $$select * from products where search @@ plainto_tsquery('simple', 'enamel mugs')$$), '1', '… and in the simplest');
select is(pg_temp.attempt('visitor', $$select * from products where search @@ plainto_tsquery('english', 'brûlée')$$), '1', '… with the accents as written');

select * from finish();
rollback;
