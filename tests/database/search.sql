-- Words, typos, filters, facets, orders and pages.
begin;
set local search_path = public, extensions;
select plan(134);
-- include: actors, catalog_people, catalog_stores, catalog_products

do $$
begin
  perform pg_temp.attempt(
    'owner',
    $s$
      select public.save_product(
        store_id => {store}, name => 'Qrème Brûlée Torch', description => 'Caramelises sugar.',
        category => 'Tap Kitchen', price_amount => 90000, mrp_amount => 120000, quantity => 3
      )
    $s$
  );
  perform pg_temp.attempt(
    'owner',
    $s$
      select public.save_product(
        store_id => {store}, name => 'Enamel Mugs', description => 'Goes with the qrème torch.',
        category => 'Tap Kitchen', price_amount => 30000
      )
    $s$
  );
  perform pg_temp.attempt(
    'other owner',
    $s$
      select public.save_product(
        store_id => {rival}, name => 'रंगोली powder zzkit', category => 'Tap Art', price_amount => 5000, quantity => 9
      )
    $s$
  );
  perform pg_temp.attempt(
    'owner',
    format(
      'select public.import_products({store}, rows => %L)',
      (
        select jsonb_agg(jsonb_build_object('name', 'Zzlot ' || n, 'category', 'Zz Lots', 'price', n::text))
        from generate_series(1, 45) as n
      )
    )
  );
end;
$$;
create function pg_temp.names(answer jsonb) returns text[] language sql as $$
  select coalesce(array_agg(item ->> 'name'), '{}') from jsonb_array_elements(answer -> 'items') as item
$$;
-- Words
select is(
  pg_temp.names(search_products('qreme')), array['Qrème Brûlée Torch', 'Enamel Mugs'],
  'a search heeds no accents, and a name counts more than a mention'
);
select is(
  pg_temp.names(search_products('QRÈME BRULEE')), array['Qrème Brûlée Torch'],
  'a search heeds no case, and wants all words'
);
select is(pg_temp.names(search_products('enamel mug')), array['Enamel Mugs'], 'a search heeds no endings');
select is(pg_temp.names(search_products('enamle')), array['Enamel Mugs'], 'a search forgives a slip of the finger');
select is(search_products('enamle') ->> 'corrected_query', 'enamel', 'a search says how it corrected a slip');
select is(
  pg_temp.names(search_products('the enamle')), array['Enamel Mugs'], 'a search forgives a slip beside a stop word'
);
select is(
  search_products('sugar mug') ->> 'corrected_query', null, 'a word of a description exists and is not taken for a slip'
);
select is(
  search_products('zzlto 44') ->> 'corrected_query', 'zzlot 44',
  'a search that forgives a slip leaves a number beside it as it is'
);
select is(
  pg_temp.names(search_products('zzlto44')), array['Zzlot 44'],
  'a search forgives a slip in a word and a number typed as one'
);
select is(search_products('zzlot 444') ->> 'corrected_query', null, 'a search never takes a number for another');
select is(
  pg_temp.names(search_products('ename')), array['Enamel Mugs'], 'a search is content with the beginning of a word'
);
select is(
  pg_temp.names(search_products('rangoli zzkit')), array['रंगोली powder zzkit'],
  'a word in another script is found in Latin letters'
);
select is(
  pg_temp.names(search_products('रंगोली')), array['रंगोली powder zzkit'],
  'a word in another script is found in its own script'
);
select is(pg_temp.names(search_products('qwxyvbn')), '{}', 'a word that nothing has finds nothing');
select is(pg_temp.names(search_products('???')), '{}', 'signs alone find nothing');
select is(pg_temp.names(search_products(query)), '{}', 'a search takes hostile words for words: ' || left(query, 20))
from unnest(
  array[
    'a''b:*&|!()<->', '%%%%%%%%', repeat('(', 1000), 'zz''); drop table products; --', repeat('xq ', 4000),
    E'\\u0000\\', '"unclosed', '-', '<q>', e'\u202e'
  ]
) as query;

-- The name of the category
do $$
begin
  perform pg_temp.attempt(
    'owner',
    $s$
      select public.save_product(
        store_id => {store}, name => 'Qrix Pan', description => 'For eggs.', category => 'Zwcook Wäre',
        price_amount => 90000
      )
    $s$
  );
  perform pg_temp.attempt(
    'owner',
    $s$
      select public.save_product(
        store_id => {store}, name => 'Zwcook Spoon', category => 'Tap Rest', price_amount => 900
      )
    $s$
  );
  perform pg_temp.attempt(
    'owner',
    $s$
      select public.save_product(
        store_id => {store}, name => 'Qrix Hook', description => 'For a zwcook.', category => 'Tap Rest',
        price_amount => 900
      )
    $s$
  );
  perform pg_temp.remember('cookware', $s$select id from public.categories where name = 'Zwcook Wäre'$s$);
  perform pg_temp.remember('kitchen', $s$select id from public.categories where name = 'Tap Kitchen'$s$);
  perform pg_temp.remember('pan', $s$select id from public.products where name = 'Qrix Pan'$s$);
end;
$$;
select is(
  pg_temp.names(search_products('zwcook')), array['Zwcook Spoon', 'Qrix Pan', 'Qrix Hook'],
  'a search for a category finds products named so, then those in it, then those that mention it'
);
select is(
  pg_temp.names(search_products('qrix wares')), array['Qrix Pan'],
  'a search finds words of the name and of the category together'
);
select is(
  pg_temp.names(search_products('zwcok ware')), array['Qrix Pan'],
  'a search forgives a slip of the finger in a category'
);
select is(
  pg_temp.attempt('visitor', $$select * from products where search @@ plainto_tsquery('english', 'wäre')$$), '1',
  'a plain query finds by category, with the accents as written'
);
select is(
  pg_temp.attempt('owner', $$update products set description = 'For omelettes.' where id = {pan}$$), '1',
  'a seller edits the description of a product'
);
select is(
  pg_temp.names(search_products('ware omelette')), array['Qrix Pan'],
  'an edit of the description leaves the category in the search document'
);
select is(
  pg_temp.attempt('admin', $$select rename_category({cookware}, 'Zwpots')$$), '1', 'an operator renames a category'
);
select is(pg_temp.names(search_products('zwpots')), array['Qrix Pan'], 'a renamed category is found by its new name');
select is(pg_temp.names(search_products('qrix ware')), '{}', 'a renamed category is no longer found by its old name');
select is(
  pg_temp.names(search_products('zwpotz')), array['Qrix Pan'],
  'a typo is corrected to the new name of a renamed category'
);
select is(
  pg_temp.attempt(
    'owner', $$select public.save_product(store_id => {store}, product_id => {pan}, category => 'Zwpans')$$
  ),
  '1', 'a product moves to another category'
);
select is(
  pg_temp.names(search_products('zwpans')), array['Qrix Pan'], 'a product that moves is found in its new category'
);
select is(
  pg_temp.names(search_products('qrix zwpots')), '{}', 'a product that moves is no longer found in its old category'
);
select is(
  pg_temp.attempt('admin', $$select merge_categories({kitchen}, (select id from categories where name = 'Zwpans'))$$),
  '1', 'an operator merges two categories'
);
select is(
  pg_temp.names(search_products('enamel zwpan')), array['Enamel Mugs'],
  'merged products are found by the name that is left'
);
select is(
  pg_temp.attempt(
    'admin', $$select rename_category((select id from categories where name = 'Zwpans'), 'Tap Kitchen')$$
  ),
  '1', 'an operator renames the category that is left after the merge'
);

-- Filters
select is(
  pg_temp.names(search_products(store_id => (select value::uuid from ids where name = 'rival'), sort => 'price_asc')),
  array['रंगोली powder zzkit', 'Tap Copy'], 'a search in one store by price shows the cheapest first'
);
select is(
  pg_temp.names(search_products('zzlot', min_price => 4400, sort => 'price_asc')), array['Zzlot 44', 'Zzlot 45'],
  'a search with a lowest price finds nothing cheaper'
);
select is(
  pg_temp.names(search_products('zzlot', min_price => 200, max_price => 300, sort => 'price_desc')),
  array['Zzlot 3', 'Zzlot 2'], 'a search in a range of prices by falling price shows the dearest first'
);
select is(
  pg_temp.names(search_products('zzlot', currency => 'USD')), '{}',
  'a search in another currency finds nothing in this one'
);
select is(
  pg_temp.names(search_products('qreme', in_stock => true)), array['Qrème Brûlée Torch'],
  'a search for what is in stock finds only that'
);
select is(
  pg_temp.names(search_products('qreme', on_discount => true)), array['Qrème Brûlée Torch'],
  'a search for what is reduced finds what is below its MRP'
);
insert into discounts (store_id, name, kind, percent_bps) select value::uuid, 'All', 'percentage', 500
from ids
where name = 'store';
select is(
  cardinality(pg_temp.names(search_products('qreme', on_discount => true))), 2,
  'a search for what is reduced finds what is discounted'
);
select is(
  cardinality(pg_temp.names(search_products('qreme', min_rating => 1))), 0,
  'a search with a lowest rating finds nothing unrated'
);
select is(
  cardinality(
    pg_temp.names(search_products(category_ids => array[(select id from categories where name = 'Tap Kitchen')]))
  ),
  3, 'a search in one category finds its products'
);
select is(
  cardinality(
    pg_temp.names(
      search_products(category_ids => array(select id from categories where name in ('Tap Kitchen', 'Tap Art')))
    )
  ),
  4, 'a search in several categories finds the products of each'
);
update stores set status = 'suspended' where id = (select value::uuid from ids where name = 'rival');
select is(pg_temp.names(search_products('zzkit')), '{}', 'the products of a suspended store are not found');
update stores set status = 'active' where id = (select value::uuid from ids where name = 'rival');
select is(
  pg_temp.names(search_products('zzkit')), array['रंगोली powder zzkit'],
  'the products of a store that is back are found again'
);
select is(pg_temp.names(search_products('secret')), '{}', 'a draft is found by nobody');

-- Facets
select is(
  search_products('qreme') #> '{facets,categories,0,count}', '2', 'the facets count the products of each category'
);
select is(search_products('qreme') #> '{facets,in_stock}', '1', 'the facets count what is in stock');
select is(
  search_products('qreme') #> '{facets,prices,0}',
  '{"count": 2, "currency": "INR", "max_amount": 90000, "min_amount": 30000}', 'the facets tell the range of prices'
);
select is(
  search_products('qreme') -> 'total', '{"count": 2, "is_exact": true}', 'the total of a small result is exact'
);
select is(search_products('qreme', with_facets => false) -> 'facets', 'null', 'a search without facets answers none');
select is(
  search_products('%%%') #> '{facets,in_stock}', '0', 'a search for nothing but signs has facets that count none'
);

-- Pages
create function pg_temp.walk(sort text, page_size integer default 7) returns text[] language plpgsql as $$
declare
  v_page jsonb;
  v_names text[] := '{}';
begin
  loop
    v_page := search_products(
      'zzlot', sort => walk.sort, cursor => v_page ->> 'next_cursor', page_size => walk.page_size
    );
    v_names := v_names || pg_temp.names(v_page);
    exit when v_page ->> 'next_cursor' is null;
  end loop;
  return v_names;
end;
$$;
select is(
  (select count(distinct name)::integer from unnest(pg_temp.walk(sort)) as name), 45,
  'the pages by ' || sort || ' show everything'
)
from unnest(array['relevance', 'price_asc', 'price_desc', 'newest', 'rating', 'popularity']) as sort;
select is(cardinality(pg_temp.walk(sort)), 45, 'no product comes twice on the pages by ' || sort)
from unnest(array['relevance', 'price_asc', 'price_desc', 'newest', 'rating', 'popularity']) as sort;

-- Ratings, as reviews would leave them.
update products
set rating_average = 1 + lots.number % 5,
  rating_score = private.rating_score(lots.number % 3, lots.number % 3 * (1 + lots.number % 5))
from (select id, substr(name, 7)::integer as number from products where name like 'Zzlot %') as lots
where lots.id = products.id and lots.number % 3 > 0;
select is(
  search_products('zzlot') #> '{facets,ratings}', '{"1": 30, "2": 24, "3": 18, "4": 12}',
  'the facets count the products of so many stars and more'
);
select is(
  search_products('zzlot', min_rating => lowest.rating) #>> '{total,count}', lowest.found,
  'a search with a lowest rating finds all that have it: ' || lowest.rating
)
from (values (1, '30'), (2.5, '18'), (4, '12'), (5, '6')) as lowest (rating, found);
select is(
  pg_temp.walk('rating'),
  array(select name from products where name like 'Zzlot %' order by rating_score desc, id desc),
  'a search by rating shows the best rated first, page after page'
);

select is(
  pg_temp.attempt('visitor', format('select search_products(%s)', bad.arguments)), bad.answer,
  'a search is refused with ' || bad.arguments
)
from (values
  ('sort => ''name; drop''', 'PT422 invalid_sort'), ('min_price => -1', 'PT422 invalid_filter'),
  ('min_price => 5, max_price => 4', 'PT422 invalid_filter'),
  ('min_rating => 6', 'PT422 invalid_filter'), ('min_rating => ''NaN''', 'PT422 invalid_filter'),
  ('cursor => ''x''', 'PT400 invalid_cursor'), ('cursor => ''''', 'PT400 invalid_cursor'),
  ('category_ids => array(select gen_random_uuid() from generate_series(1, 101))', 'PT422 invalid_filter')
) as bad (arguments, answer);
-- Cursors. Each forged one differs in one thing from one that is taken.
create function pg_temp.go_on(place jsonb, sort text) returns text language sql as $$
  select pg_temp.attempt(
    'visitor', format('select search_products(sort => %L, cursor => %L)', sort, private.write_search_cursor(place))
  )
$$;
create temporary table cursors (sort text, place jsonb);
insert into cursors values
  (
    'popularity',
    '{"s": "popularity", "k": "1", "i": "a0000000-0000-4000-8000-000000000001", "l": true, "c": false, "p": 0}'
  ),
  (
    'newest',
    '{"s": "newest", "k": "2026-01-02", "i": "a0000000-0000-4000-8000-000000000001", "l": true, "c": false, "p": 0}'
  );
select is(pg_temp.go_on(place, sort), '1', 'a search takes a cursor of its own form by ' || sort) from cursors;
select is(
  pg_temp.go_on(place || forged.part::jsonb, sort), 'PT400 invalid_cursor',
  format('a search by %s refuses a cursor that was forged with %s', sort, forged.part)
)
from cursors
join (values
  ('popularity', '{"k": "1 or 1=1"}'), ('popularity', '{"k": "-1"}'), ('popularity', '{"k": "NaN"}'),
  ('popularity', '{"k": "Infinity"}'),
  ('popularity', '{"k": "1e999"}'), ('popularity', '{"k": " 1"}'), ('popularity', '{"k": {"a": 1}}'),
  ('popularity', '{"k": null}'),
  ('newest', '{"k": "1 or 1=1"}'), ('newest', '{"k": "1"}'), ('newest', '{"k": null}'),
  ('popularity', '{"s": "newest"}'), ('newest', '{"s": "popularity"}'), ('popularity', '{"s": null}'),
  ('popularity', '{"i": "x"}'), ('popularity', '{"i": null}'),
  ('popularity', '{"l": 7}'), ('popularity', '{"l": null}'), ('popularity', '{"c": "perhaps"}'),
  ('popularity', '{"c": null}'),
  ('popularity', '{"p": 3}'), ('popularity', '{"p": -1}'), ('popularity', '{"p": 1.5}'), ('popularity', '{"p": null}')
) as forged (sort, part) using (sort);
select is(
  pg_temp.go_on(place - forged.part, sort), 'PT400 invalid_cursor',
  format('a search by %s refuses a cursor without its key "%s"', sort, forged.part)
)
from cursors, unnest(array['s', 'k', 'i', 'l', 'c', 'p']) as forged (part);
select is(
  pg_temp.go_on(forged.place::jsonb, 'popularity'), 'PT400 invalid_cursor',
  'a search refuses the cursor ' || forged.place
)
from unnest(array['[]', '3', '"popularity"', 'null', '{}']) as forged (place);
select ok(
  jsonb_array_length(search_products('zzlot', page_size => 100000) -> 'items') <= 100, 'a page of a search has a limit'
);

-- Plain queries of a frontend
select is(
  pg_temp.attempt(
    'visitor', $$select * from products where search @@ websearch_to_tsquery('marketplace', 'brûlée torch')$$
  ),
  '1', 'the search column answers a plain full-text filter'
);
select is(
  pg_temp.attempt('visitor', $$select * from products where search @@ plainto_tsquery('english', 'enamel mugs')$$), '1',
  'the search column answers a filter in the platform''s default configuration'
);
select is(
  pg_temp.attempt('visitor', $$select * from products where search @@ plainto_tsquery('simple', 'enamel mugs')$$), '1',
  'the search column answers a filter in the simple configuration'
);
select is(
  pg_temp.attempt('visitor', $$select * from products where search @@ plainto_tsquery('english', 'brûlée')$$), '1',
  'the search column answers a filter with the accents as written'
);

select * from finish();
rollback;
