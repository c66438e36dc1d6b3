-- Search over all stores, or one: words, filters, facet counts, an order, pages by keyset.
--
-- It costs little more at a million products than at a thousand, because no step reads more than some hundred rows:
-- - A random sample of one product in 32 (private.product_sample) says first how large the result is. Small results are taken
--   whole: facets are exact, relevance is the text rank of every match.
-- - Of large results the facets are counted on the sample and scaled up (`is_exact` is false), and relevance means: products named
--   so before products that mention it, the best-selling first. The sample also tells where in the order the page will end, and
--   the cheapest of three ways reads it: along the index of the order, where matches are frequent; all matches, where they are
--   few; or else the matches within the bands of the order in which the page lies, which products_search_idx intersects with the
--   words and filters. All three give the same page: should the bands hold less than it takes, they are left out.
-- Statements are built from fixed pieces (values are always parameters), so that each filter can use its index.
create function private.discounted_condition() returns text
language sql immutable
set search_path = ''
as $$
  select '(products.mrp_amount > products.price_amount or exists (
    select
    from public.discounts
    where discounts.store_id = products.store_id
      and discounts.is_active
      and (discounts.starts_at is null or discounts.starts_at <= now())
      and (discounts.ends_at is null or discounts.ends_at > now())
      and (discounts.product_id is null or discounts.product_id = products.id)
      and (discounts.category_id is null or discounts.category_id = products.category_id)
  ))';
$$;
comment on function private.discounted_condition() is 'A product below its MRP, or with a discount in force.';

create function private.search_found(conditions text, key text, is_sample boolean, with_facets boolean, page text) returns text
language sql immutable
set search_path = ''
as $$
  -- $1 … $10 are the parameters of private.search_products' statements.
  select format(
    'with found as materialized (
      select products.id, products.category_id, products.store_id, products.currency, products.price_amount, products.rating_count,
        products.rating_sum, products.is_in_stock, %1$s as key, %2$s as is_named, %3$s as is_reduced
      from %4$s as products
      where %5$s
      limit %6$s
    )%7$s
    select count(*), count(*) filter (where found.is_named), %8$s, %9$s
    from found',
    search_found.key,
    case when search_found.is_sample and search_found.conditions like '%@@ $1%' then 'ts_filter(products.search, ''{a}'') @@ $1' else 'false' end,
    case when search_found.with_facets then private.discounted_condition() else 'false' end,
    case when search_found.is_sample then 'private.product_sample' else 'public.products' end,
    search_found.conditions,
    case when search_found.is_sample then 500 else 3000 end,
    case when search_found.page is null then '' else ', page as (' || search_found.page || ')' end,
    case
      when search_found.with_facets then '
        jsonb_build_object(
          ''categories'', (select coalesce(jsonb_agg(jsonb_build_object(''id'', counts.category_id, ''count'', counts.number) order by counts.number desc, counts.category_id), ''[]'') from (
            select found.category_id, count(*) as number from found group by found.category_id order by number desc, found.category_id limit 20) as counts),
          ''stores'', (select coalesce(jsonb_agg(jsonb_build_object(''id'', counts.store_id, ''count'', counts.number) order by counts.number desc, counts.store_id), ''[]'') from (
            select found.store_id, count(*) as number from found group by found.store_id order by number desc, found.store_id limit 10) as counts),
          ''prices'', (select coalesce(jsonb_agg(jsonb_build_object(''currency'', counts.currency, ''min_amount'', counts.lowest, ''max_amount'', counts.highest, ''count'', counts.number) order by counts.number desc, counts.currency), ''[]'') from (
            select found.currency, min(found.price_amount) as lowest, max(found.price_amount) as highest, count(*) as number from found group by found.currency) as counts),
          ''ratings'', jsonb_build_object(
            ''4'', count(*) filter (where found.rating_count > 0 and found.rating_sum >= 4 * found.rating_count),
            ''3'', count(*) filter (where found.rating_count > 0 and found.rating_sum >= 3 * found.rating_count),
            ''2'', count(*) filter (where found.rating_count > 0 and found.rating_sum >= 2 * found.rating_count),
            ''1'', count(*) filter (where found.rating_count > 0)),
          ''in_stock'', count(*) filter (where found.is_in_stock),
          ''on_discount'', count(*) filter (where found.is_reduced))'
      else 'null::jsonb'
    end,
    case
      when search_found.page is null then 'null::uuid[], null::text[]'
      else '(select array_agg(page.id) from page), (select array_agg(page.key::text) from page)'
    end
  );
$$;
comment on function private.search_found(text, text, boolean, boolean, text) is
  'The statement that counts what a search found (or a sample of it), by category, store, price, rating, stock and discount, and cuts a page of it.';

create function private.search_facets(counts jsonb, scale integer) returns jsonb
language plpgsql stable
set search_path = ''
as $$
declare
  v_scale alias for scale;
begin
  return jsonb_build_object(
    'categories', coalesce((
      select jsonb_agg(
        jsonb_build_object('id', categories.id, 'name', categories.name, 'slug', categories.slug, 'count', counted.count * v_scale)
        order by counted.position
      )
      from rows from (jsonb_to_recordset(search_facets.counts -> 'categories') as (id uuid, count integer))
        with ordinality as counted (id, count, position)
      join public.categories on categories.id = counted.id
    ), '[]'::jsonb),
    'stores', coalesce((
      select jsonb_agg(
        -- Looked up for each entry: a join would read every store there is.
        (select jsonb_build_object('id', stores.id, 'name', stores.name, 'link', stores.slug) from public.stores where stores.id = counted.id)
          || jsonb_build_object('count', counted.count * v_scale)
        order by counted.position
      )
      from rows from (jsonb_to_recordset(search_facets.counts -> 'stores') as (id uuid, count integer))
        with ordinality as counted (id, count, position)
    ), '[]'::jsonb),
    'prices', coalesce((
      select jsonb_agg(entry.value || jsonb_build_object('count', (entry.value -> 'count')::integer * v_scale) order by entry.position)
      from jsonb_array_elements(search_facets.counts -> 'prices') with ordinality as entry (value, position)
    ), '[]'::jsonb),
    'ratings', (
      select jsonb_object_agg(entry.key, entry.value::integer * v_scale)
      from jsonb_each_text(search_facets.counts -> 'ratings') as entry
    ),
    'in_stock', (search_facets.counts -> 'in_stock')::integer * v_scale,
    'on_discount', (search_facets.counts -> 'on_discount')::integer * v_scale
  );
end;
$$;
comment on function private.search_facets(jsonb, integer) is 'Counts as a frontend shows them: with names, and multiplied by `scale` when they are those of a sample.';

create function private.write_search_cursor(place jsonb) returns text
language sql immutable
set search_path = ''
as $$
  select translate(encode(convert_to(write_search_cursor.place::text, 'utf8'), 'base64'), e'+/=\n', '-_');
$$;
comment on function private.write_search_cursor(jsonb) is 'Where a page ended, in characters that a URL carries.';

create function private.read_search_cursor(cursor text, sort text) returns jsonb
language plpgsql immutable
set search_path = ''
as $$
declare
  v_place jsonb;
begin
  if length(read_search_cursor.cursor) > 500 then
    raise invalid_parameter_value;
  end if;
  v_place := convert_from(
    decode(rpad(translate(read_search_cursor.cursor, '-_', '+/'), (length(read_search_cursor.cursor) + 3) / 4 * 4, '='), 'base64'),
    'utf8'
  )::jsonb;
  if jsonb_typeof(v_place) is distinct from 'object'
    or (v_place ->> 's') is distinct from read_search_cursor.sort
    or (v_place ->> 'i')::uuid is null
    or (v_place ->> 'l')::boolean is null
    or (v_place ->> 'c')::boolean is null
    or coalesce((v_place ->> 'p')::integer, -1) not between 0 and 2
    -- The key is cast to its type here, so that a forged one fails here.
    or (
      case
        when read_search_cursor.sort = 'newest' then (v_place ->> 'k')::timestamptz is null
        else (v_place ->> 'k')::real is null or (v_place ->> 'k') !~ '^[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?$'
      end
    )
  then
    raise invalid_parameter_value;
  end if;
  return v_place;
exception when others then
  raise sqlstate 'PT400' using
    message = 'That is no cursor of this list.', detail = 'invalid_cursor', hint = 'Send next_cursor back unchanged, with the same sort.';
end;
$$;
comment on function private.read_search_cursor(text, text) is 'Where a page ended. Errors: invalid_cursor.';

create function private.search_answer(
  product_ids uuid[],
  next_cursor text,
  total integer,
  is_exact boolean,
  facets jsonb,
  corrected_query text
) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return jsonb_build_object(
    'items', coalesce((
      select jsonb_agg(cards.card order by array_position(search_answer.product_ids, cards.product_id))
      from private.product_cards(search_answer.product_ids) as cards
    ), '[]'::jsonb),
    'next_cursor', search_answer.next_cursor,
    'total', case
      when search_answer.total is not null
        then jsonb_build_object('count', search_answer.total, 'is_exact', search_answer.is_exact)
    end,
    'facets', search_answer.facets,
    'corrected_query', search_answer.corrected_query
  );
end;
$$;
comment on function private.search_answer(uuid[], text, integer, boolean, jsonb, text) is 'What search_products returns.';

create function private.search_phase(conditions text, phase integer) returns text
language sql immutable
set search_path = ''
as $$
  select case search_phase.phase
    -- Named so implies found: asked once, so that the planner does not take the two for independent.
    when 1 then replace(search_phase.conditions, 'products.search @@ $1', 'ts_filter(products.search, ''{a}'') @@ $1')
    when 2 then search_phase.conditions || ' and not ts_filter(products.search, ''{a}'') @@ $1'
    else search_phase.conditions
  end;
$$;
comment on function private.search_phase(text, integer) is 'The conditions of one phase of a large result: 1 named so, 2 only mentioned, 0 no difference is made.';

create function private.search_outlook(conditions text, key text, band text, type text, descends boolean, is_continued boolean) returns text
language sql immutable
set search_path = ''
as $$
  select format(
    'select
      count(*)::integer,
      (array_agg(%2$s order by found.key %4$s) filter (where found.is_left))[$11],
      %3$s
    from (
      select %1$s as key, %5$s as is_left
      from private.product_sample as products
      where %6$s
      limit 500
    ) as found',
    search_outlook.key,
    format(search_outlook.band, 'found.key'),
    case
      when search_outlook.is_continued then format(search_outlook.band, format('$8::%s', search_outlook.type))
      else format(
        '(select %s from public.products where products.is_listed%s order by %s %s limit 1)',
        format(search_outlook.band, search_outlook.key),
        case
          when search_outlook.key = 'products.price_amount' then ' and products.currency = $4
            and products.price_amount >= coalesce($5, 0) and products.price_amount <= coalesce($6, 9223372036854775807)'
          else ''
        end,
        search_outlook.key,
        case when search_outlook.descends then 'desc' else 'asc' end
      )
    end,
    case when search_outlook.descends then 'desc' else 'asc' end,
    case
      when search_outlook.is_continued then format(
        '(%s, products.id) %s ($8::%s, $9)',
        search_outlook.key, case when search_outlook.descends then '<' else '>' end, search_outlook.type
      )
      else 'true'
    end,
    search_outlook.conditions
  );
$$;
comment on function private.search_outlook(text, text, text, text, boolean, boolean) is
  'The statement that asks the sample how many match, in which band of the order the page will end ($11: after so many of the sample), and in which it begins.';

create function private.search_page(conditions text, key text, type text, descends boolean, is_continued boolean, band text, is_gathered boolean)
returns text
language sql immutable
set search_path = ''
as $$
  select format(
    'select array_agg(page.id), array_agg(page.key::text)
    from (
      select products.id, %1$s as key
      from public.products
      where %2$s%3$s%4$s
      order by %5$s %6$s, products.id %6$s
      limit $10
    ) as page',
    search_page.key,
    search_page.conditions,
    case
      when search_page.is_continued then format(
        ' and (%s, products.id) %s ($8::%s, $9)',
        search_page.key, case when search_page.descends then '<' else '>' end, search_page.type
      )
      else ''
    end,
    case when search_page.band is null then '' else format(' and array[%s] && $11', format(search_page.band, search_page.key)) end,
    case
      when not search_page.is_gathered then search_page.key
      -- An expression that no index is sorted by.
      when search_page.type = 'timestamptz' then format('(%s + interval ''0'')', search_page.key)
      else format('(%s + 0)', search_page.key)
    end,
    case when search_page.descends then 'desc' else 'asc' end
  );
$$;
comment on function private.search_page(text, text, text, boolean, boolean, text, boolean) is
  'The statement that reads one page of a large result: along the index of its order, or by gathering the matches (of some bands).';

create function private.search_products(
  query text,
  store_id uuid,
  category_ids uuid[],
  currency text,
  min_price bigint,
  max_price bigint,
  min_rating numeric,
  in_stock boolean,
  on_discount boolean,
  sort text,
  cursor text,
  page_size integer,
  with_facets boolean
) returns jsonb
language plpgsql stable
security definer -- reads past RLS; every statement asks for is_listed itself
set search_path = ''
as $$
declare
  c_sample_scale constant integer := 32;
  c_large constant integer := 16; -- matches in the sample from which a result counts as large (about 500)
  c_small_table constant bigint := 2000000; -- bytes; about a thousand products
  c_row_size constant integer := 900; -- bytes of a product, roughly
  c_small_limit constant integer := 3000;
  c_sample_limit constant integer := 500;
  c_page_reserve constant integer := 4; -- matches of the sample that make a page of 20 all but certain (some 128)
  -- The expressions of products_search_idx.
  c_amount_band constant text := 'floor(48 * ln(%s + 1::double precision))::integer';
  c_day_band constant text := '((%s at time zone ''UTC'')::date - date ''2000-01-01'')';
  c_rating_band constant text := '(%s * 10)::integer';
  v_words text := nullif(btrim(left(search_products.query, 200)), '');
  v_sort text := coalesce(search_products.sort, case when v_words is null then 'popularity' else 'relevance' end);
  v_page_size integer := least(greatest(coalesce(search_products.page_size, 20), 1), 100);
  v_currency text := upper(search_products.currency);
  v_query tsquery;
  v_corrected text;
  v_cursor jsonb;
  v_conditions text := 'products.is_listed';
  v_key text;
  v_band text;
  v_type text;
  v_descends boolean;
  v_is_large boolean;
  v_is_corrected boolean := false;
  v_phase integer;
  v_phase_conditions text;
  v_match_count integer;
  v_product_count constant double precision := pg_relation_size('public.products')::double precision / c_row_size;
  v_first_band integer;
  v_last_band integer;
  v_bands integer[];
  v_is_gathered boolean;
  v_walk_cost double precision;
  v_gather_cost double precision;
  v_band_cost double precision;
  v_wanted integer;
  v_after_key text;
  v_after_id uuid;
  v_ids uuid[];
  v_keys text[];
  v_more_ids uuid[];
  v_more_keys text[];
  v_first_phase_size integer := 0;
  v_counts jsonb;
  v_with_facets boolean := search_products.cursor is null and coalesce(search_products.with_facets, true);
  v_count integer;
  v_named_count integer := 0;
  v_has_more boolean;
begin
  if v_sort not in ('relevance', 'price_asc', 'price_desc', 'newest', 'rating', 'popularity') then
    raise sqlstate 'PT422' using
      message = 'There is no such order.', detail = 'invalid_sort',
      hint = 'relevance, price_asc, price_desc, newest, rating or popularity';
  end if;
  if search_products.min_price < 0 or search_products.max_price < search_products.min_price
    or search_products.min_rating not between 0 and 5
  then
    raise sqlstate 'PT422' using
      message = 'A price or rating filter is out of range.', detail = 'invalid_filter';
  end if;
  if cardinality(search_products.category_ids) > 100 then
    raise sqlstate 'PT422' using
      message = 'Filter by a hundred categories at most.', detail = 'invalid_filter';
  end if;
  if search_products.cursor is not null then
    v_cursor := private.read_search_cursor(search_products.cursor, v_sort);
    v_after_key := v_cursor ->> 'k';
    v_after_id := (v_cursor ->> 'i')::uuid;
    v_is_corrected := (v_cursor ->> 'c')::boolean;
  end if;

  if v_words is not null then
    v_query := plainto_tsquery('public.marketplace', v_words);
    if numnode(v_query) = 0 then
      -- Nothing but stop words: take them literally.
      v_query := plainto_tsquery('pg_catalog.simple', private.fold(v_words));
    end if;
    if v_is_corrected then
      select correction.corrected, correction.words into v_query, v_corrected
      from private.correct_query(v_words) as correction;
    end if;
    if v_query is null or numnode(v_query) = 0 then
      return private.search_answer('{}', null, 0, true, null, null);
    end if;
    v_conditions := v_conditions || ' and products.search @@ $1';
  end if;
  if search_products.store_id is not null then
    v_conditions := v_conditions || ' and products.store_id = $2';
  end if;
  if cardinality(search_products.category_ids) = 1 then
    v_conditions := v_conditions || ' and products.category_id = $3[1]';
  elsif cardinality(search_products.category_ids) > 1 then
    v_conditions := v_conditions || ' and products.category_id = any ($3)';
  end if;
  -- Amounts of different currencies cannot be compared.
  if v_currency is null
    and (num_nonnulls(search_products.min_price, search_products.max_price) > 0 or v_sort in ('price_asc', 'price_desc'))
  then
    v_currency := coalesce(
      (select stores.currency from public.stores where stores.id = search_products.store_id),
      (select settings.default_currency from private.settings)
    );
  end if;
  if v_currency is not null then
    v_conditions := v_conditions || ' and products.currency = $4';
  end if;
  if search_products.min_price is not null then
    v_conditions := v_conditions || ' and products.price_amount >= $5';
  end if;
  if search_products.max_price is not null then
    v_conditions := v_conditions || ' and products.price_amount <= $6';
  end if;
  if search_products.min_rating > 0 then
    v_conditions := v_conditions || ' and products.rating >= $7';
  end if;
  if search_products.in_stock then
    v_conditions := v_conditions || ' and products.is_in_stock';
  end if;
  if search_products.on_discount then
    v_conditions := v_conditions || ' and ' || private.discounted_condition();
  end if;

  loop
    if v_cursor is not null then
      v_is_large := (v_cursor ->> 'l')::boolean;
    elsif pg_relation_size('public.products') < c_small_table then
      -- Nothing in there can be large.
      v_is_large := false;
    else
      execute private.search_found(v_conditions, 'null::integer', true, v_with_facets, null)
      into v_count, v_named_count, v_counts, v_ids, v_keys
      using v_query, search_products.store_id, search_products.category_ids, v_currency, search_products.min_price,
        search_products.max_price, search_products.min_rating, null::text, null::uuid, 0;
      v_is_large := v_count >= c_large;
    end if;

    case
      when v_sort in ('price_asc', 'price_desc') then
        v_key := 'products.price_amount'; v_type := 'bigint'; v_band := c_amount_band; v_descends := v_sort = 'price_desc';
      when v_sort = 'newest' then
        v_key := 'products.published_at'; v_type := 'timestamptz'; v_band := c_day_band; v_descends := true;
      when v_sort = 'rating' then
        v_key := 'products.rating'; v_type := 'numeric'; v_band := c_rating_band; v_descends := true;
      when v_sort = 'popularity' or v_is_large or v_words is null then
        v_key := 'products.sales_count'; v_type := 'bigint'; v_band := c_amount_band; v_descends := true;
      else
        v_key := 'ts_rank(products.search, $1)'; v_type := 'real'; v_band := null; v_descends := true;
    end case;

    if v_is_large then
      v_phase := case
        when v_sort <> 'relevance' or v_words is null then 0
        when v_cursor is not null then (v_cursor ->> 'p')::integer
        when v_named_count >= c_large then 1
        else 0
      end;
      loop
        v_phase_conditions := private.search_phase(v_conditions, v_phase);
        v_bands := null;
        v_is_gathered := false;
        if v_words is not null or search_products.store_id is not null then
          execute private.search_outlook(v_phase_conditions, v_key, v_band, v_type, v_descends, v_after_id is not null)
          into v_match_count, v_last_band, v_first_band
          using v_query, search_products.store_id, search_products.category_ids, v_currency, search_products.min_price,
            search_products.max_price, search_products.min_rating, v_after_key, v_after_id, v_page_size,
            c_page_reserve + v_page_size / c_sample_scale;
          if v_match_count < c_sample_limit then
            -- Three ways to read a page, in microseconds; the planner would know neither how words and order go together nor that
            -- a row costs much more than an entry of an index.
            v_match_count := v_match_count * c_sample_scale;
            v_walk_cost := 2.0 * v_page_size * v_product_count / greatest(v_match_count, 1);
            v_gather_cost := 2.0 * v_match_count;
            v_band_cost := 3 * (abs(v_first_band - v_last_band) + 1) + 0.1 * v_match_count
              + c_page_reserve * c_sample_scale * (2.0 + 0.02 * v_product_count / greatest(v_match_count, 1));
            v_is_gathered := least(v_gather_cost, v_band_cost) < v_walk_cost;
            if v_is_gathered and v_band_cost < v_gather_cost then
              v_bands := array(
                select generate_series(least(v_first_band, v_last_band), greatest(v_first_band, v_last_band))
              );
            end if;
          end if;
        end if;

        v_wanted := v_page_size + 1 - v_first_phase_size;
        loop
          execute private.search_page(
            v_phase_conditions, v_key, v_type, v_descends, v_after_id is not null,
            case when v_bands is not null then v_band end, v_is_gathered
          )
          into v_more_ids, v_more_keys
          using v_query, search_products.store_id, search_products.category_ids, v_currency, search_products.min_price,
            search_products.max_price, search_products.min_rating, v_after_key, v_after_id, v_wanted, v_bands;
          -- Whatever these bands lack comes after them, so a full page is the right one.
          exit when v_bands is null or cardinality(v_more_ids) = v_wanted;
          v_bands := null;
        end loop;
        v_ids := v_ids || v_more_ids;
        v_keys := v_keys || v_more_keys;
        exit when v_phase <> 1 or coalesce(cardinality(v_ids), 0) > v_page_size;
        v_phase := 2;
        v_first_phase_size := coalesce(cardinality(v_ids), 0);
        v_after_id := null;
        v_after_key := null;
      end loop;
    else
      execute private.search_found(
        v_conditions, v_key, false, v_with_facets,
        format(
          'select found.id, found.key from found where %2$s order by found.key %1$s, found.id %1$s limit $10',
          case when v_descends then 'desc' else 'asc' end,
          case
            when v_after_id is null then 'true'
            else format('(found.key, found.id) %s ($8::%s, $9)', case when v_descends then '<' else '>' end, v_type)
          end
        )
      )
      into v_count, v_named_count, v_counts, v_ids, v_keys
      using v_query, search_products.store_id, search_products.category_ids, v_currency, search_products.min_price,
        search_products.max_price, search_products.min_rating, v_after_key, v_after_id, v_page_size + 1;

      if v_count = 0 and v_words is not null and v_cursor is null and not v_is_corrected then
        -- Nothing: perhaps a word is mistyped.
        select correction.corrected, correction.words into v_query, v_corrected
        from private.correct_query(v_words) as correction;
        if v_query is not null then
          v_is_corrected := true;
          continue;
        end if;
      end if;
    end if;
    exit;
  end loop;

  v_has_more := coalesce(cardinality(v_ids), 0) > v_page_size;
  return private.search_answer(
    coalesce(v_ids[1:v_page_size], '{}'),
    case
      when v_has_more then private.write_search_cursor(jsonb_build_object(
        's', v_sort, 'k', v_keys[v_page_size], 'i', v_ids[v_page_size], 'l', v_is_large, 'c', v_is_corrected,
        'p', case when v_phase = 2 and v_first_phase_size = v_page_size then 1 else coalesce(v_phase, 0) end
      ))
    end,
    case when v_cursor is not null then null when v_is_large then v_count * c_sample_scale else v_count end,
    not v_is_large and v_count < c_small_limit,
    case when v_with_facets then private.search_facets(v_counts, case when v_is_large then c_sample_scale else 1 end) end,
    v_corrected
  );
end;
$$;
comment on function private.search_products(text, uuid, uuid[], text, bigint, bigint, numeric, boolean, boolean, text, text, integer, boolean) is
  'See public.search_products.';
grant execute on function private.search_products(text, uuid, uuid[], text, bigint, bigint, numeric, boolean, boolean, text, text, integer, boolean)
  to anon, authenticated, service_role;

create function public.search_products(
  query text default null,
  store_id uuid default null,
  category_ids uuid[] default null,
  currency text default null,
  min_price bigint default null,
  max_price bigint default null,
  min_rating numeric default null,
  in_stock boolean default null,
  on_discount boolean default null,
  sort text default null,
  cursor text default null,
  page_size integer default 20,
  with_facets boolean default true
) returns jsonb
language sql stable security invoker
set search_path = ''
as $$
  select private.search_products(
    search_products.query, search_products.store_id, search_products.category_ids, search_products.currency,
    search_products.min_price, search_products.max_price, search_products.min_rating, search_products.in_stock,
    search_products.on_discount, search_products.sort, search_products.cursor, search_products.page_size, search_products.with_facets
  );
$$;
comment on function public.search_products(text, uuid, uuid[], text, bigint, bigint, numeric, boolean, boolean, text, text, integer, boolean) is
  'Finds listed products by words of their name, category and description. sort: relevance (default with words), popularity (default without), newest, rating, price_asc, price_desc. Prices are minor units of `currency`, else of the store''s, else of the marketplace''s default. Returns {items, next_cursor, total {count, is_exact}, facets {categories, stores, prices, ratings, in_stock, on_discount}, corrected_query}; total and facets come with the first page, and are estimates where is_exact is false. Send next_cursor back as cursor for the next page. Errors: invalid_sort, invalid_filter, invalid_cursor.';
grant execute on function public.search_products(text, uuid, uuid[], text, bigint, bigint, numeric, boolean, boolean, text, text, integer, boolean)
  to anon, authenticated, service_role;
