-- A catalog of any size for benchmarks: `select bench.generate_products(1000000)`. Names and descriptions are drawn from made-up
-- words by a power law, as in real catalogs: a few words stand in one product of ten, most in one of thousands. Deterministic.
-- It loads as a bulk load does: whole tables at a time, no trigger, no reference checked, indexes last. What triggers would
-- derive is therefore derived here; bench.differences() says where the two disagree.
create schema if not exists bench;

-- No pinned search path on these two, so that the planner inlines them: they run several times per product.
create or replace function bench.word(number integer) returns text
language sql immutable parallel safe
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
language sql immutable parallel safe
as $$
  select floor(size * power((hashint4extended(seed, salt) & 1048575) / 1048576::double precision, 2.5::double precision))::integer;
$$;

create or replace function bench.generate_products(product_count integer) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  v_owner_id constant uuid := '00000000-0000-4000-8000-0000000000be';
  v_store_count constant integer := least(greatest(product_count / 200, 5), 2000);
  -- Drawing words is slow, and sellers copy descriptions anyway.
  v_description_count constant integer := greatest(product_count / 20, 100);
  v_best_seller_line bigint;
  v_words text[];
  v_indexes text[];
  v_index text;
begin
  insert into auth.users (id, email, email_confirmed_at)
  values (v_owner_id, 'bench@marketbase.example', now())
  on conflict do nothing;
  insert into public.categories (name, slug)
  select concat_ws(' ', initcap(bench.word(4700 + number)), bench.word(4900 + number)), 'bench-' || number
  from generate_series(1, 200) as number;

  set local session_replication_role = replica; -- from here on no trigger fires and no reference is checked
  create unlogged table bench.stores as
  select number - 1 as number, private.uuid_v7() as id, 'bench-store-' || number as slug
  from generate_series(1, v_store_count) as number;
  insert into public.store_links (slug, store_id) select stores.slug, stores.id from bench.stores;
  insert into public.stores (id, owner_id, name, slug, status, line1, city, postal_code, country_code, currency)
  select stores.id, v_owner_id, 'Bench ' || stores.number, stores.slug, 'active', 'Line 1', 'Pune', '411001', 'IN', 'INR'
  from bench.stores;
  insert into public.store_members (store_id, user_id, role) select stores.id, v_owner_id, 'owner' from bench.stores;

  -- Written first as plain tables, which several processes may do at once.
  raise notice 'words';
  create unlogged table bench.words as
  select number, bench.word(number) as word from generate_series(0, 4699) as number;
  select array_agg(words.word order by words.number) into v_words from bench.words;
  create unlogged table bench.descriptions as
  select
    number,
    (
      select string_agg(v_words[1 + bench.skewed(number, 10 + place, 4600)], ' ' order by place)
      from generate_series(1, 15) as place
    ) as words
  from generate_series(0, v_description_count - 1) as number;
  create unlogged table bench.categories as
  select (row_number() over (order by length(categories.slug), categories.slug) - 1)::integer as number, categories.id, categories.name
  from public.categories
  where categories.slug like 'bench-%';
  create unlogged table bench.items as
  select item, private.uuid_v7() as id, private.uuid_v7() as variant_id from generate_series(1, product_count) as item;
  analyze bench.stores, bench.words, bench.descriptions, bench.categories, bench.items;

  raise notice 'documents';
  create unlogged table bench.documents as
  select
    named.*, stores.id as store_id, categories.id as category_id, descriptions.words as description,
    private.search_document(named.name, categories.name, descriptions.words) as search
  from (
    select
      items.item, items.id,
      concat_ws(' ', initcap(adjectives.word), nouns.word, models.word, (items.item % 1000)::text) as name
    from bench.items
    join bench.words as adjectives on adjectives.number = bench.skewed(items.item, 1, 60)
    join bench.words as nouns on nouns.number = 100 + bench.skewed(items.item, 2, 400)
    join bench.words as models on models.number = 600 + bench.skewed(items.item, 3, 4000)
  ) as named
  join bench.stores on stores.number = bench.skewed(named.item, 6, v_store_count)
  join bench.categories on categories.number = bench.skewed(named.item, 7, 200)
  join bench.descriptions on descriptions.number = (hashint4extended(named.item, 8) & 1048575) % v_description_count;

  -- Indexes that no constraint needs are built at the end, at once.
  select
    array_agg(pg_get_indexdef(indexes.indexrelid)),
    array_agg(indexes.indexrelid::regclass::text)
  into v_indexes, v_words
  from pg_catalog.pg_index as indexes
  where indexes.indrelid in (
      'public.products'::regclass, 'public.product_variants'::regclass, 'public.stock_levels'::regclass, 'public.product_media'::regclass,
      'private.product_sample'::regclass
    )
    and not exists (select from pg_catalog.pg_constraint where pg_constraint.conindid = indexes.indexrelid);
  foreach v_index in array v_words loop
    execute format('drop index %s', v_index);
  end loop;

  select greatest(1, bench.skewed(items.item, 5, 1000)) into v_best_seller_line
  from bench.items
  order by 1 desc
  offset product_count / 16
  limit 1;
  update private.best_seller_line set sales_count = v_best_seller_line;
  raise notice 'ratings';
  insert into public.rating_totals (subject_type, subject_id, stars_5, stars_4, stars_2)
  select 'product', documents.id, documents.item % 7 * (documents.item % 5), documents.item % 3 * (documents.item % 4),
    documents.item % 2 * (documents.item % 3)
  from bench.documents;
  raise notice 'products';
  insert into public.products (
    id, store_id, category_id, name, slug, description, status, currency, mrp_amount, price_amount,
    is_in_stock, is_listed, rating_average, rating_score, sales_count, is_best_seller, search, published_at
  )
  select
    documents.id, documents.store_id, documents.category_id, documents.name, 'bench-' || documents.item, documents.description,
    'active', 'INR',
    1000 + (hashint4extended(documents.item, 4) & 65535) * 2,
    1000 + (hashint4extended(documents.item, 4) & 65535),
    documents.item % 20 <> 0, true, rating_totals.rating_average,
    case
      when rating_totals.rating_count > 0
        then round((20 * 4.20 + rating_totals.rating_sum) / (20 + rating_totals.rating_count), 4)
      else 0
    end,
    bench.skewed(documents.item, 5, 1000), bench.skewed(documents.item, 5, 1000) >= v_best_seller_line,
    documents.search,
    -- Three years of a marketplace, whatever its size.
    now() - interval '1095 days' * (product_count - documents.item) / product_count
  from bench.documents
  join public.rating_totals
    on rating_totals.subject_type = 'product' and rating_totals.subject_id = documents.id;
  raise notice 'variants, stock, images';
  insert into public.product_variants (id, product_id, store_id, mrp_amount, price_amount, currency, is_in_stock, is_listed)
  select items.variant_id, products.id, products.store_id, products.mrp_amount, products.price_amount, products.currency, products.is_in_stock, true
  from bench.items
  join public.products on products.id = items.id;
  insert into public.stock_levels (variant_id, store_id, on_hand)
  select product_variants.id, product_variants.store_id, case when product_variants.is_in_stock then 100000 else 0 end
  from public.product_variants
  join bench.items on items.variant_id = product_variants.id;
  insert into public.stock_moves (variant_id, store_id, quantity, reason)
  select stock_levels.variant_id, stock_levels.store_id, stock_levels.on_hand, 'initial'
  from public.stock_levels
  join bench.items on items.variant_id = stock_levels.variant_id
  where stock_levels.on_hand > 0;
  insert into public.product_media (product_id, store_id, path, is_listed)
  select documents.id, documents.store_id, documents.store_id || '/bench-' || documents.item || '.webp', true
  from bench.documents;

  raise notice 'what triggers would derive';
  insert into public.store_categories (store_id, category_id, product_count)
  select documents.store_id, documents.category_id, count(*)
  from bench.documents
  group by documents.store_id, documents.category_id;
  perform private.learn_words(array(
    select words.word from bench.words
    union all
    select categories.name from bench.categories
  ));
  perform private.copy_product_sample(array(
    select products.id from public.products join bench.items on items.id = products.id where products.is_sampled
  ));
  foreach v_index in array v_indexes loop
    raise notice '%', substring(v_index from 'INDEX (\S+)');
    execute v_index;
  end loop;
  drop table bench.stores, bench.words, bench.descriptions, bench.categories, bench.items, bench.documents;
end;
$$;

create or replace function bench.differences() returns table (what text, subject text)
language sql stable
set search_path = ''
as $$
  select 'document', products.id::text
  from public.products
  join public.categories on categories.id = products.category_id
  where products.search <> private.search_document(products.name, categories.name, products.description)
  union all
  select 'price or availability', products.id::text
  from public.products
  left join public.product_variants on product_variants.product_id = products.id
  left join public.stock_levels on stock_levels.variant_id = product_variants.id
  where (products.mrp_amount, products.price_amount, products.is_in_stock)
    is distinct from (product_variants.mrp_amount, product_variants.price_amount, stock_levels.on_hand > 0)
    or product_variants.is_in_stock <> products.is_in_stock
  union all
  select 'listing', products.id::text
  from public.products
  join public.stores on stores.id = products.store_id
  where products.is_listed <> (stores.status = 'active')
  union all
  select 'best seller', products.id::text
  from public.products
  cross join private.best_seller_line
  where products.is_best_seller <> (products.sales_count >= best_seller_line.sales_count)
  union all
  select 'count', store_id::text
  from public.store_categories
  full join (
    select products.store_id, products.category_id, count(*) as product_count
    from public.products
    where products.is_listed
    group by products.store_id, products.category_id
  ) as counted using (store_id, category_id)
  where store_categories.product_count is distinct from counted.product_count
  union all
  select 'sample', id::text
  from private.product_sample
  full join (select * from public.products where products.is_sampled) as sampled using (id)
  where (product_sample.search, product_sample.price_amount, product_sample.sales_count, product_sample.category_id)
    is distinct from (sampled.search, sampled.price_amount, sampled.sales_count, sampled.category_id)
  union all
  select 'word', words.word
  from public.products
  join public.categories on categories.id = products.category_id
  cross join private.product_words(products.name || ' ' || categories.name) as words (word)
  where not exists (select from private.search_words where search_words.word = words.word)
  union all
  select violations.rule, violations.subject
  from private.check_invariants() as violations;
$$;
comment on function bench.differences() is 'Where a generated catalog is not what triggers would have made of it. Reads whole tables.';
