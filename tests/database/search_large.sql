-- Large results: counted on the sample, and read in whichever way is the cheapest.
begin;
set local search_path = public, extensions;
select plan(49);
-- include: actors, catalog_people, catalog_stores, catalog_products

do $$
begin
  perform pg_temp.attempt('owner', format($s$select public.import_products({store}, rows => %L)$s$,
    (select jsonb_agg(jsonb_build_object('name', 'Zzlot ' || n, 'category', 'Zz Lots', 'price', n::text))
      from generate_series(1, 45) as n)));
end;
$$;
create function pg_temp.names(answer jsonb) returns text[] language sql as $$
  select coalesce(array_agg(item ->> 'name'), '{}') from jsonb_array_elements(answer -> 'items') as item
$$;
create function pg_temp.walk(sort text, page_size integer default 7) returns text[] language plpgsql as $$
declare
  v_page jsonb;
  v_names text[] := '{}';
begin
  loop
    v_page := search_products('zzlot', sort => walk.sort, cursor => v_page ->> 'next_cursor',
      page_size => walk.page_size);
    v_names := v_names || pg_temp.names(v_page);
    exit when v_page ->> 'next_cursor' is null;
  end loop;
  return v_names;
end;
$$;

-- Ratings, as reviews would leave them.
update products
set rating_average = 1 + lots.number % 5,
  rating_score = private.rating_score(lots.number % 3, lots.number % 3 * (1 + lots.number % 5))
from (select id, substr(name, 7)::integer as number from products where name like 'Zzlot %') as lots
where lots.id = products.id and lots.number % 3 > 0;

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
select is(
  search_products('zzlot') -> 'total',
  '{"count": 720, "is_exact": false}',
  'a large result is counted on the sample and scaled'
);
select is(
  search_products('zzlot') #> '{facets,categories,0,count}', '720',
  'the facets of a large result are counted on the sample and scaled'
);
select is(
  search_products('zzlot') #> '{facets,ratings}',
  '{"1": 480, "2": 384, "3": 288, "4": 192}',
  'the stars of a large result are counted on the sample and scaled'
);
select is(
  search_products('zzlot', min_rating => 3) -> 'total',
  '{"count": 288, "is_exact": false}',
  'large: at least so many stars'
);
select is(
  pg_temp.walk('rating'),
  array(select name from products where name like 'Zzlot %' order by rating_score desc, id desc),
  'large: the best rated first'
);
select is(
  search_products('zzlott') - 'items' - 'next_cursor' - 'facets',
  '{"total": {"count": 720, "is_exact": false}, "corrected_query": "zzlot"}',
  'large: a slip of the finger is forgiven'
);
select is(
  (select count(distinct name)::integer from unnest(pg_temp.walk(sort)) as name),
  45,
  'large: pages by ' || sort || ' show everything'
)
from unnest(array['relevance', 'price_asc', 'price_desc', 'newest', 'rating', 'popularity']) as sort;
update products set name = 'Plain ' || id, description = 'zzlot' where name in ('Zzlot 1', 'Zzlot 2', 'Zzlot 3');
select is(
  (pg_temp.walk('relevance'))[43:45] @> array[(select name from products where description = 'zzlot' limit 1)],
  true,
  'large: those that only mention the word come last'
);
select is(
  cardinality(pg_temp.walk('relevance')), 45,
  'no product is lost between those named so and those that only mention the word'
);

-- A larger table yet, and fewer in the sample: now the matches are gathered, some within the bands in which a page
-- lies.
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
update private.product_sample set sales_count = products.sales_count from products
where products.id = product_sample.id;
select is(
  pg_temp.walk('price_asc', 20),
  array(select name from products where search @@ 'zzlot' order by price_amount, id),
  'gathered: by price'
);
select is(
  pg_temp.walk('price_desc', 20),
  array(select name from products where search @@ 'zzlot' order by price_amount desc, id desc),
  'gathered: the dearest first'
);
select is(
  pg_temp.walk('popularity', 20),
  array(select name from products where search @@ 'zzlot' order by sales_count desc, id desc),
  'gathered: by popularity'
);
select is(
  pg_temp.walk('newest', 20),
  array(select name from products where search @@ 'zzlot' order by published_at desc, id desc),
  'gathered: the newest first'
);
select is(
  pg_temp.walk('rating', 20),
  array(select name from products where search @@ 'zzlot' order by rating_score desc, id desc),
  'gathered: by rating'
);
select is(cardinality(pg_temp.walk('relevance', 20)), 45, 'gathered: by relevance');

-- Best sellers: a page is taken from them as long as it ends among them
update private.best_seller_line set sales_count = 20;
update products set is_best_seller = sales_count >= 20;
select is(
  pg_temp.walk('popularity'),
  array(select name from products where search @@ 'zzlot' order by sales_count desc, id desc),
  'best sellers: by popularity, across the line'
);
select is(pg_temp.walk('relevance'), pg_temp.walk('relevance', 20), 'best sellers: by relevance too');
update products set sales_count = 19 where name = 'Zzlot 45';
select is(
  (select is_best_seller from products where name = 'Zzlot 45'),
  false,
  'who sells less, or gives back, is none any more'
);
update products set sales_count = 4500 where name = 'Zzlot 45';
select is(
  pg_temp.walk('popularity'),
  array(select name from products where search @@ 'zzlot' order by sales_count desc, id desc),
  'a product that sells more becomes a best seller'
);
-- Whichever way a page is read, it is the same.
create function pg_temp.request(page_size integer, after_key text default null, after_id uuid default null)
returns private.search_request language sql as $$
  select row(
    private.search_query('zzlot'), null, null, 'INR', null, null, null, null, null,
    request.page_size, request.after_key, request.after_id
  )::private.search_request
$$;
create function pg_temp.way(sort text, matches integer, last_band integer default null) returns text
language plpgsql as $$
declare
  v_way private.search_way :=
    private.cheapest_way(pg_temp.request(20), private.search_order(way.sort), way.matches, way.last_band);
begin
  return case
    when v_way.bands is not null then 'bands'
    when v_way.part is not null then v_way.part
    when v_way.is_walked then 'walked'
    else 'gathered'
  end;
end;
$$;
create function pg_temp.read(sort text, way private.search_way, page_size integer default 20) returns uuid[]
language plpgsql as $$
declare
  v_request private.search_request := pg_temp.request(read.page_size);
  v_order private.search_order := private.search_order(read.sort);
  v_page private.search_page;
  v_ids uuid[] := '{}';
begin
  loop
    v_page := private.read_page(v_request, v_order, private.search_conditions(v_request, 0), read.way);
    v_ids := v_ids || coalesce(v_page.ids[1:read.page_size], '{}');
    exit when coalesce(cardinality(v_page.ids), 0) <= read.page_size;
    v_request.after_key := v_page.keys[read.page_size];
    v_request.after_id := v_page.ids[read.page_size];
  end loop;
  return v_ids;
end;
$$;
select is(pg_temp.way(asked.sort, asked.matches, asked.last_band), asked.way, asked.title)
from (values
  ('price_asc', 100000, null, 'walked', 'many matches are read along the index of their order'),
  ('price_asc', 50, null, 'gathered', 'few matches are all gathered'),
  ('price_asc', 600, 230, 'bands', 'of some hundred, those in the bands of the page are gathered'),
  ('popularity', 600, null, 'products.is_best_seller', 'by popularity, the best sellers of some hundred are gathered')
) as asked (sort, matches, last_band, way, title);
select is(
  pg_temp.read(orders.sort, ways.way),
  case
    when orders.sort = 'price_asc' then array(
      select id from products where search @@ 'zzlot' order by price_amount, id
    )
    when orders.sort = 'newest' then array(
      select id from products where search @@ 'zzlot' order by published_at desc, id desc
    )
    when orders.sort = 'rating' then array(
      select id from products where search @@ 'zzlot' order by rating_score desc, id desc
    )
    else array(select id from products where search @@ 'zzlot' order by sales_count desc, id desc)
  end,
  format('pages by %s are the right ones when they are %s', orders.sort, ways.title)
)
from unnest(array['price_asc', 'newest', 'rating', 'popularity']) as orders (sort)
cross join (values
  (row(null, null, true)::private.search_way, 'walked'),
  (row(null, null, false)::private.search_way, 'gathered'),
  (row(null, null, null)::private.search_way, 'read as Postgres likes')
) as ways (way, title);
select is(
  (private.read_large_page(
    pg_temp.request(44), private.search_order('popularity'), private.search_conditions(pg_temp.request(44), 0),
      matches, null
  )).ids,
  array(select id from products where search @@ 'zzlot' order by sales_count desc, id desc limit 45),
  format('a page is whole, though %s matches were expected and not all are best sellers', matches)
)
from unnest(array[10, 1500, 100000]) as matches;
select is(
  (private.read_large_page(
    pg_temp.request(20), private.search_order('price_asc'), private.search_conditions(pg_temp.request(20), 0), 600,
      last_band
  )).ids,
  array(select id from products where search @@ 'zzlot' order by price_amount, id limit 21),
  format('a page is whole, though it was expected to end in band %s', last_band)
)
from unnest(array[221, 250, 330, 420]) as last_band;
do $$ begin perform private.choose_best_sellers(); end; $$;
select is(
  (select sales_count from private.best_seller_line),
  1::bigint,
  'the line moves to where few enough are above it'
);
select is(
  (select count(*)::integer from products where is_best_seller <> (sales_count >= 1)),
  0,
  'every product is marked by the line'
);

select * from finish();
rollback;
