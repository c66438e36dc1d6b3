-- A catalog of any size for benchmarks: `select bench.generate_products(1000000)`. Names and descriptions are drawn from made-up
-- words by a power law, as in real catalogs: a few words stand in one product of ten, most in one of thousands. Deterministic.
-- Triggers are off while it writes, so the derived columns are written here; private.check_invariants() must find nothing.
create schema if not exists bench;

-- No pinned search path on these two, so that the planner inlines them: they run some twenty times per product.
create or replace function bench.word(number integer) returns text
language sql immutable
as $$
  select string_agg(
    (array['ba', 'ke', 'lo', 'mi', 'nu', 'ra', 'se', 'to', 'vi', 'zu', 'dar', 'fen', 'gol', 'hin', 'jup', 'wex'])
      [1 + ((number + 17) * (place * place + 7) / (place * 5 + 1)) % 16],
    '' order by place
  ) || chr(97 + number % 26) || chr(97 + number / 26 % 26)
  from generate_series(1, 2 + number % 2) as place;
$$;

-- A number from 0 to size - 1, small ones far more often.
create or replace function bench.skewed(seed integer, salt integer, size integer) returns integer
language sql immutable
as $$
  select floor(size * power((hashint4extended(seed, salt) & 1048575) / 1048576.0, 2.5))::integer;
$$;

create or replace function bench.generate_products(product_count integer) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  v_owner_id constant uuid := '00000000-0000-4000-8000-0000000000be';
  v_store_count constant integer := least(greatest(product_count / 200, 5), 2000);
  v_words text[];
  v_indexes text[];
  v_dropped text[];
  v_index text;
  v_table text;
begin
  insert into auth.users (id, email, email_confirmed_at)
  values (v_owner_id, 'bench@marketbase.example', now())
  on conflict do nothing;

  foreach v_table in array array['products', 'product_variants', 'stock_levels', 'stock_moves', 'stores', 'store_members'] loop
    execute format('alter table public.%I disable trigger user', v_table);
  end loop;
  -- Indexes that no constraint needs are built at the end, at once.
  select array_agg(indexes.indexdef), array_agg(format('%I.%I', indexes.schemaname, indexes.indexname))
  into v_indexes, v_dropped
  from pg_catalog.pg_indexes as indexes
  where indexes.schemaname = 'public'
    and indexes.tablename in ('products', 'product_variants', 'stock_levels', 'product_media')
    and indexes.indexdef not like 'CREATE UNIQUE%';
  foreach v_index in array v_dropped loop
    execute format('drop index %s', v_index);
  end loop;
  select array_agg(bench.word(number) order by number) into v_words from generate_series(0, 4699) as number;

  insert into public.categories (name, slug)
  select 'Bench ' || bench.word(number), 'bench-' || number
  from generate_series(1, 200) as number
  on conflict do nothing;

  create temporary table bench_stores on commit drop as
  select number - 1 as number, private.uuid_v7() as id, 'bench-store-' || number || '-' || product_count as slug
  from generate_series(1, v_store_count) as number;
  insert into public.store_links (slug, store_id) select bench_stores.slug, bench_stores.id from bench_stores;
  insert into public.stores (id, owner_id, name, slug, status, line1, city, postal_code, country_code, currency)
  select bench_stores.id, v_owner_id, 'Bench ' || bench_stores.number, bench_stores.slug, 'active', 'Line 1', 'Pune', '411001', 'IN', 'INR'
  from bench_stores;
  insert into public.store_members (store_id, user_id, role) select bench_stores.id, v_owner_id, 'owner' from bench_stores;

  create temporary table bench_categories on commit drop as
  select (row_number() over (order by categories.slug) - 1)::integer as number, categories.id
  from public.categories
  where categories.slug like 'bench-%';

  insert into public.products (
    id, store_id, category_id, name, slug, description, status, currency, mrp_amount, price_amount,
    is_in_stock, is_listed, rating_count, rating_sum, sales_count, published_at
  )
  select
    private.uuid_v7(),
    bench_stores.id,
    bench_categories.id,
    concat_ws(' ',
      initcap(v_words[1 + bench.skewed(item, 1, 60)]),
      v_words[101 + bench.skewed(item, 2, 400)],
      v_words[601 + bench.skewed(item, 3, 4000)],
      (item % 1000)::text
    ),
    'bench-' || item,
    (select string_agg(v_words[1 + bench.skewed(item, 10 + place, 4600)], ' ') from generate_series(1, 15) as place),
    'active', 'INR',
    1000 + (hashint4extended(item, 4) & 65535) * 2,
    1000 + (hashint4extended(item, 4) & 65535),
    item % 20 <> 0, true, item % 7, item % 7 * 4,
    bench.skewed(item, 5, 1000)::bigint, now() - make_interval(secs => product_count - item)
  from generate_series(1, product_count) as items (item)
  join bench_stores on bench_stores.number = bench.skewed(item, 6, v_store_count)
  join bench_categories on bench_categories.number = bench.skewed(item, 7, 200)
  order by item;

  insert into public.product_variants (product_id, store_id, mrp_amount, price_amount, currency, is_in_stock)
  select products.id, products.store_id, products.mrp_amount, products.price_amount, products.currency, products.is_in_stock
  from public.products
  where products.slug like 'bench-%';
  insert into public.stock_levels (variant_id, store_id, on_hand)
  select product_variants.id, product_variants.store_id, case when product_variants.is_in_stock then 100000 else 0 end
  from public.product_variants
  join public.products on products.id = product_variants.product_id
  where products.slug like 'bench-%';
  insert into public.stock_moves (variant_id, store_id, quantity, reason)
  select stock_levels.variant_id, stock_levels.store_id, stock_levels.on_hand, 'initial'
  from public.stock_levels
  join bench_stores on bench_stores.id = stock_levels.store_id
  where stock_levels.on_hand > 0;
  insert into public.product_media (product_id, store_id, path)
  select products.id, products.store_id, products.store_id || '/' || products.slug || '.webp'
  from public.products
  where products.slug like 'bench-%';
  insert into public.store_categories (store_id, category_id, product_count)
  select products.store_id, products.category_id, count(*)
  from public.products
  where products.slug like 'bench-%'
  group by products.store_id, products.category_id;
  insert into private.search_words (word, latin)
  select distinct words.word, words.word
  from (select products.name from public.products where products.slug like 'bench-%') as named
  cross join private.product_words(named.name) as words (word)
  on conflict do nothing;

  perform private.copy_product_sample(array(select products.id from public.products where products.is_sampled and products.slug like 'bench-%'));

  foreach v_index in array v_indexes loop
    execute v_index;
  end loop;
  -- Triggers were off.
  perform private.copy_product_sample(array(select products.id from public.products where products.is_sampled));

  -- Stores, links and owners refer to each other; a table with checks that still wait cannot be altered.
  set constraints all immediate;
  foreach v_table in array array['products', 'product_variants', 'stock_levels', 'stock_moves', 'stores', 'store_members'] loop
    execute format('alter table public.%I enable trigger user', v_table);
  end loop;
end;
$$;
