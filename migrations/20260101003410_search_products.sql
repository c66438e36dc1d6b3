-- Search over all stores, or one: words, filters, facet counts, an order, pages by keyset.
--
-- It costs little more at a million products than at a thousand, because no step reads more than some hundred rows:
-- - A random sample of one product in 16 (private.product_sample) says first how large the result is. Small results are taken
--   whole: facets are exact, relevance is the text rank of every match.
-- - Of large results the facets are counted on the sample and scaled up (`is_exact` is false), and relevance means: products named
--   so before products that mention it, the best-selling first. The sample also tells where in the order the page will end, and
--   the cheapest way reads it: along the index of the order, where matches are frequent; all matches, where they are few; or else
--   a part of them in which the page lies: the best sellers (products_best_sellers_idx), or some bands of the order, which
--   products_search_idx intersects with the words and filters. All ways give the same page: should a part hold less than it takes,
--   all are asked.
-- Statements are built from fixed pieces (values are always parameters), so that each filter can use its index.

-- What is asked for. Every statement has it as $1.
create type private.search_request as (
  query tsquery,
  store_id uuid,
  category_ids uuid[],
  currency text,
  min_price bigint,
  max_price bigint,
  min_rating numeric,
  in_stock boolean,
  on_discount boolean,
  page_size integer,
  -- The place in the order after which the page begins; null for the first page.
  after_key text,
  after_id uuid
);

-- By what a page is sorted: an expression with its type, how products_search_idx cuts it into bands, and asc or desc.
create type private.search_order as (key text, type text, band text, direction text);

-- What the sample says of a result: `seen` are its matches there, at most 300, `named` those with the words in the name.
-- `match_count` estimates all; the bands are those in which a page ends, of all matches and of those named so.
create type private.search_survey as (
  seen integer,
  named integer,
  match_count integer,
  last_band integer,
  last_named_band integer,
  facets jsonb
);

-- Products in the order of a page, one more than it holds if there are more, and their keys. Counts come with a whole result.
create type private.search_page as (ids uuid[], keys text[], match_count integer, facets jsonb);

create function private.search_order(sort text) returns private.search_order
language plpgsql immutable
set search_path = ''
as $$
declare
  -- The expressions of products_search_idx.
  c_amount_band constant text := 'floor(48 * ln(%s + 1::double precision))::integer';
  c_day_band constant text := '((%s at time zone ''UTC'')::date - date ''2000-01-01'')';
  c_rating_band constant text := '(%s * 10)::integer';
  v_order private.search_order;
begin
  v_order := case search_order.sort
    when 'price_asc' then row('products.price_amount', 'bigint', c_amount_band, 'asc')
    when 'price_desc' then row('products.price_amount', 'bigint', c_amount_band, 'desc')
    when 'newest' then row('products.published_at', 'timestamptz', c_day_band, 'desc')
    when 'rating' then row('products.rating', 'numeric', c_rating_band, 'desc')
    when 'popularity' then row('products.sales_count', 'bigint', c_amount_band, 'desc')
    when 'relevance' then row('ts_rank(products.search, ($1).query)', 'real', null, 'desc')
  end;
  return v_order;
end;
$$;
comment on function private.search_order(text) is 'By what to sort. Relevance is a rank, which only a result that is read whole can be sorted by.';

create function private.discounted_condition() returns text
language plpgsql immutable
set search_path = ''
as $$
begin
  return '(products.mrp_amount > products.price_amount or exists (
    select
    from public.discounts
    where discounts.store_id = products.store_id
      and discounts.is_active
      and (discounts.starts_at is null or discounts.starts_at <= now())
      and (discounts.ends_at is null or discounts.ends_at > now())
      and (discounts.product_id is null or discounts.product_id = products.id)
      and (discounts.category_id is null or discounts.category_id = products.category_id)
  ))';
end;
$$;
comment on function private.discounted_condition() is 'A product below its MRP, or with a discount in force.';

create function private.search_conditions(request private.search_request, phase integer) returns text
language plpgsql immutable
set search_path = ''
as $$
begin
  return concat_ws(
    ' and ',
    'products.is_listed',
    case
      when request.query is null then null
      -- Named so implies found: asked once, so that the planner does not take the two for independent.
      when search_conditions.phase = 1 then 'ts_filter(products.search, ''{a}'') @@ ($1).query'
      when search_conditions.phase = 2 then 'products.search @@ ($1).query and not ts_filter(products.search, ''{a}'') @@ ($1).query'
      else 'products.search @@ ($1).query'
    end,
    case when request.store_id is not null then 'products.store_id = ($1).store_id' end,
    case
      when cardinality(request.category_ids) = 1 then 'products.category_id = ($1).category_ids[1]'
      when cardinality(request.category_ids) > 1 then 'products.category_id = any (($1).category_ids)'
    end,
    case when request.currency is not null then 'products.currency = ($1).currency' end,
    case when request.min_price is not null then 'products.price_amount >= ($1).min_price' end,
    case when request.max_price is not null then 'products.price_amount <= ($1).max_price' end,
    case when request.min_rating > 0 then 'products.rating >= ($1).min_rating' end,
    case when request.in_stock then 'products.is_in_stock' end,
    case when request.on_discount then private.discounted_condition() end
  );
end;
$$;
comment on function private.search_conditions(private.search_request, integer) is
  'What a match is, as SQL, in one phase of a large result: 1 named so, 2 only mentioned, 0 no difference is made.';

create function private.search_place(request private.search_request, sort_order private.search_order, key text, id text) returns text
language plpgsql immutable
set search_path = ''
as $$
begin
  return case
    when request.after_id is null then 'true'
    else format(
      '(%s, %s) %s (($1).after_key::%s, ($1).after_id)',
      search_place.key, search_place.id, case sort_order.direction when 'desc' then '<' else '>' end, sort_order.type
    )
  end;
end;
$$;
comment on function private.search_place(private.search_request, private.search_order, text, text) is 'The condition that a row lies after the place where the page begins.';

create function private.search_found(
  source text, key text, is_named text, conditions text, row_limit integer, with_facets boolean
) returns text
language plpgsql immutable
set search_path = ''
as $$
begin
  return format(
    'found as materialized (
      select products.id, products.ctid as place, products.category_id, products.store_id, products.currency, products.price_amount,
        products.rating_count, products.rating_sum, products.is_in_stock, %s as key, %s as is_named, %s as is_reduced
      from %s as products
      where %s
      limit %s
    )',
    search_found.key,
    search_found.is_named,
    case when search_found.with_facets then private.discounted_condition() else 'false' end,
    search_found.source,
    search_found.conditions,
    search_found.row_limit
  );
end;
$$;
comment on function private.search_found(text, text, text, text, integer, boolean) is 'The matches of a result (or of its sample), for private.facet_counts() to count.';

create function private.facet_counts(with_facets boolean) returns text
language plpgsql immutable
set search_path = ''
as $$
begin
  return case
    when facet_counts.with_facets then '
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
  end;
end;
$$;
comment on function private.facet_counts(boolean) is 'What was found, by category, store, price, rating, stock and discount, as an expression over `found`.';

create function private.search_facets(counts jsonb, scale double precision) returns jsonb
language plpgsql stable
set search_path = ''
as $$
declare
  v_scale alias for scale;
begin
  return jsonb_build_object(
    'categories', coalesce((
      select jsonb_agg(
        jsonb_build_object('id', categories.id, 'name', categories.name, 'slug', categories.slug, 'count', round(counted.count * v_scale))
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
          || jsonb_build_object('count', round(counted.count * v_scale))
        order by counted.position
      )
      from rows from (jsonb_to_recordset(search_facets.counts -> 'stores') as (id uuid, count integer))
        with ordinality as counted (id, count, position)
    ), '[]'::jsonb),
    'prices', coalesce((
      select jsonb_agg(entry.value || jsonb_build_object('count', round((entry.value -> 'count')::integer * v_scale)) order by entry.position)
      from jsonb_array_elements(search_facets.counts -> 'prices') with ordinality as entry (value, position)
    ), '[]'::jsonb),
    'ratings', (
      select jsonb_object_agg(entry.key, round(entry.value::integer * v_scale))
      from jsonb_each_text(search_facets.counts -> 'ratings') as entry
    ),
    'in_stock', round((search_facets.counts -> 'in_stock')::integer * v_scale),
    'on_discount', round((search_facets.counts -> 'on_discount')::integer * v_scale)
  );
end;
$$;
comment on function private.search_facets(jsonb, double precision) is 'Counts as a frontend shows them: with names, and multiplied by `scale` when they are those of a sample.';

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

create function private.survey_sample(
  request private.search_request, sort_order private.search_order, conditions text, with_facets boolean
) returns private.search_survey
language plpgsql stable
set search_path = ''
set synchronize_seqscans = off -- a scan begins at the beginning: how far it gets says how many there are
as $$
declare
  c_sample_scale constant integer := 16;
  c_sample_limit constant integer := 300;
  c_row_size constant integer := 600; -- bytes of a row of the sample, roughly
  c_page_reserve constant integer := 5; -- matches of the sample that make a page of 20 all but certain (some 80 products)
  v_rank integer := c_page_reserve + request.page_size / c_sample_scale; -- of the match in the sample with which a page ends
  v_share double precision;
  v_last_place tid;
  v_bands integer[];
  v_named_bands integer[];
  v_survey private.search_survey;
begin
  execute format(
    'with %s
    select
      count(*),
      count(*) filter (where found.is_named),
      max(found.place),
      (array_agg(%s order by found.key %s) filter (where %s))[:$2],
      (array_agg(%2$s order by found.key %3$s) filter (where found.is_named and %4$s))[:$2],
      %s
    from found',
    private.search_found(
      'private.product_sample',
      sort_order.key,
      case when request.query is null then 'false' else 'ts_filter(products.search, ''{a}'') @@ ($1).query' end,
      survey_sample.conditions,
      c_sample_limit,
      survey_sample.with_facets
    ),
    format(sort_order.band, 'found.key'),
    sort_order.direction,
    private.search_place(request, sort_order, 'found.key', 'found.id'),
    private.facet_counts(survey_sample.with_facets)
  )
  into v_survey.seen, v_survey.named, v_last_place, v_bands, v_named_bands, v_survey.facets
  using request, v_rank;

  v_survey.match_count := v_survey.seen * c_sample_scale;
  if v_survey.seen = c_sample_limit then
    -- The sample was read from its beginning; how far that was says how many more there are.
    v_share := ((v_last_place::text::point)[0] + 1)
      / (pg_relation_size('private.product_sample') / current_setting('block_size')::integer);
    v_survey.match_count := v_survey.match_count / v_share;
    v_rank := ceil(v_rank * v_share);
  end if;
  v_survey.last_band := v_bands[v_rank];
  v_survey.last_named_band := v_named_bands[v_rank];
  if v_survey.seen = c_sample_limit and sort_order.key = 'products.published_at' then
    -- What comes first in the sample is old. Assume that matches are as new as other products.
    execute format(
      'select %s
      from private.product_sample as products
      where %s
      order by products.published_at desc
      offset $2
      limit 1',
      format(sort_order.band, sort_order.key),
      private.search_place(request, sort_order, sort_order.key, 'products.id')
    )
    into v_survey.last_band
    using request, pg_relation_size('private.product_sample') / c_row_size * 100 / v_survey.match_count;
  end if;
  return v_survey;
end;
$$;
comment on function private.survey_sample(private.search_request, private.search_order, text, boolean) is
  'Asks the sample how large a result is, for its facets, and where in the order the next page will end.';

create function private.read_whole_result(
  request private.search_request, sort_order private.search_order, conditions text, with_facets boolean
) returns private.search_page
language plpgsql stable
set search_path = ''
as $$
declare
  v_page private.search_page;
begin
  execute format(
    'with %s, page as (
      select found.id, found.key
      from found
      where %s
      order by found.key %s, found.id %3$s
      limit ($1).page_size + 1
    )
    select (select array_agg(page.id) from page), (select array_agg(page.key::text) from page), count(*), %s
    from found',
    private.search_found('public.products', sort_order.key, 'false', read_whole_result.conditions, 3000, read_whole_result.with_facets),
    private.search_place(request, sort_order, 'found.key', 'found.id'),
    sort_order.direction,
    private.facet_counts(read_whole_result.with_facets)
  )
  into v_page
  using request;
  return v_page;
end;
$$;
comment on function private.read_whole_result(private.search_request, private.search_order, text, boolean) is
  'Reads every match of a small result, counts them, and cuts a page.';

create function private.first_band(request private.search_request, sort_order private.search_order) returns integer
language plpgsql stable
set search_path = ''
as $$
declare
  v_key text;
  v_band integer;
begin
  v_key := case
    when request.after_id is not null then request.after_key
    when sort_order.key = 'products.sales_count' then (select max(products.sales_count)::text from public.products)
    when sort_order.key = 'products.published_at' then (select max(products.published_at)::text from public.products)
    when sort_order.key = 'products.rating' then (select max(products.rating)::text from public.products)
    when sort_order.direction = 'asc' then (
      select min(products.price_amount)::text
      from public.products
      where products.currency = request.currency
        and products.price_amount >= coalesce(request.min_price, 0)
    )
    else (
      select max(products.price_amount)::text
      from public.products
      where products.currency = request.currency
        and products.price_amount <= coalesce(request.max_price, 9223372036854775807)
    )
  end;
  execute format('select ' || sort_order.band, format('$1::%s', sort_order.type)) into v_band using v_key;
  return v_band;
end;
$$;
comment on function private.first_band(private.search_request, private.search_order) is 'The band in which a page begins.';

create function private.walk_page(statement text, request private.search_request) returns private.search_page
language plpgsql stable
set search_path = ''
set enable_sort = off -- the planner takes words for independent of each other, finds them rare together, and would rather gather
as $$
declare
  v_page private.search_page;
begin
  execute walk_page.statement into v_page.ids, v_page.keys using request;
  return v_page;
end;
$$;
comment on function private.walk_page(text, private.search_request) is 'Runs a statement along the index of its order.';

create function private.read_large_page(
  request private.search_request, sort_order private.search_order, conditions text, match_count integer, last_band integer
) returns private.search_page
language plpgsql stable
set search_path = ''
as $$
declare
  c_row_size constant integer := 900; -- bytes of a product, roughly
  c_sample_scale constant integer := 16;
  c_best_seller_scale constant integer := 16;
  c_no_limit constant bigint := 9223372036854775807;
  c_band_size constant integer := 100; -- matches that the bands of a page hold, roughly
  v_product_count constant double precision := pg_relation_size('public.products')::double precision / c_row_size;
  v_match_count constant double precision := greatest(read_large_page.match_count, 1);
  v_walked_count double precision := v_product_count;
  v_limit bigint;
  v_first_band integer;
  v_bands integer[];
  v_restriction text;
  v_is_gathered boolean := false;
  v_is_walked boolean := false;
  v_statement text;
  v_walk_cost double precision;
  v_scan_cost double precision;
  v_gather_cost double precision;
  v_band_cost double precision;
  v_page private.search_page;
begin
  -- Categories, or nothing but an order, have indexes in that order.
  if request.query is not null or request.store_id is not null then
    if cardinality(request.category_ids) = 1 and sort_order.key in ('products.price_amount', 'products.sales_count') then
      -- Walked is the category alone. Counted no further than to where all matches are sooner gathered.
      v_limit := 1 + 1.5 * v_match_count * v_match_count / greatest(request.page_size, 1) / c_sample_scale;
      select count(*) into v_walked_count
      from (
        select
        from private.product_sample
        where product_sample.category_id = request.category_ids[1]
          and product_sample.price_amount between
            case when sort_order.key = 'products.price_amount' then coalesce(request.min_price, 0) else 0 end
            and case when sort_order.key = 'products.price_amount' then coalesce(request.max_price, c_no_limit) else c_no_limit end
        limit v_limit
      ) as walked;
      v_walked_count := case when v_walked_count < v_limit then c_sample_scale * v_walked_count else v_product_count end;
    end if;
    -- In microseconds; the planner would know neither how words and order go together nor that a row costs much more than an
    -- entry of an index. What intersecting several conditions costs depends on the rarest of them, of which the matches are but
    -- a part.
    v_walk_cost := 2.0 * request.page_size * v_walked_count / v_match_count;
    v_scan_cost := case
      when v_walked_count < v_product_count then 0.1 * least(v_match_count * v_product_count / greatest(v_walked_count, 1), v_walked_count)
      when numnode(request.query) > 1 then 0.5 * v_match_count
      else 0.1 * v_match_count
    end;
    v_gather_cost := v_scan_cost + 2.0 * v_match_count;
    if sort_order.key = 'products.sales_count' and request.query is not null
      and v_gather_cost / c_best_seller_scale < v_walk_cost
      and (
        case
          when request.after_id is null then v_match_count / c_best_seller_scale > 1.5 * (request.page_size + 1)
          else read_large_page.last_band > (select floor(48 * ln(best_seller_line.sales_count + 1)) from private.best_seller_line)
        end
      )
    then
      v_restriction := ' and products.is_best_seller';
    elsif v_scan_cost < v_walk_cost and read_large_page.last_band is not null then
      v_first_band := private.first_band(request, sort_order);
      v_band_cost := v_scan_cost + 0.15 * v_match_count + 3 * (abs(v_first_band - read_large_page.last_band) + 1)
        + c_band_size * (2.0 + 0.02 * v_product_count / v_match_count);
      if v_band_cost < least(v_gather_cost, v_walk_cost) then
        v_restriction := format(' and array[%s] && $2', format(sort_order.band, sort_order.key));
        v_bands := array(
          select generate_series(least(v_first_band, read_large_page.last_band), greatest(v_first_band, read_large_page.last_band))
        );
      end if;
    end if;
    v_is_gathered := v_restriction is not null or v_gather_cost < v_walk_cost;
    v_is_walked := not v_is_gathered;
  end if;
  loop
    v_statement := format(
      'select array_agg(page.id), array_agg(page.key::text)
      from (
        select products.id, %1$s as key
        from public.products
        where %2$s and %3$s%4$s
        order by %5$s %6$s, products.id %6$s
        limit ($1).page_size + 1
      ) as page',
      sort_order.key,
      read_large_page.conditions,
      private.search_place(request, sort_order, sort_order.key, 'products.id'),
      v_restriction,
      case
        when not v_is_gathered then sort_order.key
        -- An expression that no index is sorted by.
        when sort_order.type = 'timestamptz' then format('(%s + interval ''0'')', sort_order.key)
        else format('(%s + 0)', sort_order.key)
      end,
      sort_order.direction
    );
    if v_is_walked then
      v_page := private.walk_page(v_statement, request);
    else
      execute v_statement into v_page.ids, v_page.keys using request, v_bands;
    end if;
    -- Whatever is left out comes after what is there, so a full page is the right one.
    exit when v_restriction is null or cardinality(v_page.ids) > request.page_size;
    v_restriction := null;
    v_is_gathered := v_gather_cost < v_walk_cost;
    v_is_walked := not v_is_gathered;
  end loop;
  return v_page;
end;
$$;
comment on function private.read_large_page(private.search_request, private.search_order, text, integer, integer) is
  'Reads one page of a large result: along the index of its order, or by gathering matches (all, best sellers, some bands), whichever is cheapest.';

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
  c_large constant integer := 16; -- matches in the sample from which a result counts as large (about 250)
  c_small_table constant bigint := 2000000; -- bytes; about a thousand products
  c_small_limit constant integer := 3000;
  v_words constant text := nullif(btrim(left(search_products.query, 200)), '');
  v_sort constant text := coalesce(search_products.sort, case when v_words is null then 'popularity' else 'relevance' end);
  v_page_size constant integer := least(greatest(coalesce(search_products.page_size, 20), 1), 100);
  v_with_facets constant boolean := search_products.cursor is null and coalesce(search_products.with_facets, true);
  v_request private.search_request;
  v_order private.search_order;
  v_survey private.search_survey;
  v_page private.search_page;
  v_more private.search_page;
  v_cursor jsonb;
  v_facets jsonb;
  v_scale double precision := 1;
  v_is_large boolean;
  v_is_corrected boolean := false;
  v_corrected_query tsquery;
  v_corrected text;
  v_phase integer := 0;
  v_first_phase_size integer := 0;
  v_total integer;
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
  v_request := row(
    null, search_products.store_id, search_products.category_ids, upper(search_products.currency), search_products.min_price,
    search_products.max_price, search_products.min_rating, search_products.in_stock, search_products.on_discount, v_page_size, null, null
  );
  if search_products.cursor is not null then
    v_cursor := private.read_search_cursor(search_products.cursor, v_sort);
    v_request.after_key := v_cursor ->> 'k';
    v_request.after_id := (v_cursor ->> 'i')::uuid;
    v_is_corrected := (v_cursor ->> 'c')::boolean;
  end if;
  -- Amounts of different currencies cannot be compared.
  if v_request.currency is null
    and (num_nonnulls(v_request.min_price, v_request.max_price) > 0 or v_sort in ('price_asc', 'price_desc'))
  then
    v_request.currency := coalesce(
      (select stores.currency from public.stores where stores.id = search_products.store_id),
      (select settings.default_currency from private.settings)
    );
  end if;
  if v_words is not null then
    v_request.query := private.search_query(v_words);
    if v_is_corrected then
      select correction.corrected, correction.words into v_request.query, v_corrected
      from private.correct_query(v_words) as correction;
    end if;
    -- Nothing that could be a word: an empty query, which finds nothing.
    v_request.query := coalesce(v_request.query, '');
  end if;

  loop
    v_order := private.search_order(case when v_sort = 'relevance' then 'popularity' else v_sort end);
    if v_cursor is not null then
      v_is_large := (v_cursor ->> 'l')::boolean;
    elsif pg_relation_size('public.products') < c_small_table then
      -- Nothing in there can be large.
      v_is_large := false;
    else
      v_survey := private.survey_sample(v_request, v_order, private.search_conditions(v_request, 0), v_with_facets);
      v_is_large := v_survey.seen >= c_large;
    end if;
    exit when v_is_large;

    if v_sort = 'relevance' and v_words is not null then
      v_order := private.search_order('relevance');
    end if;
    v_page := private.read_whole_result(v_request, v_order, private.search_conditions(v_request, 0), v_with_facets);
    v_total := v_page.match_count;
    v_facets := v_page.facets;
    exit when v_total > 0 or v_words is null or v_cursor is not null or v_is_corrected;
    -- Nothing: perhaps a word is mistyped.
    select correction.corrected, correction.words into v_corrected_query, v_corrected
    from private.correct_query(v_words) as correction;
    exit when v_corrected_query is null;
    v_request.query := v_corrected_query;
    v_is_corrected := true;
  end loop;

  if v_is_large then
    if v_cursor is null then
      v_total := v_survey.match_count;
      v_facets := v_survey.facets;
      v_scale := v_survey.match_count::double precision / v_survey.seen;
      if v_sort = 'relevance' and v_survey.named >= c_large then
        v_phase := 1;
        v_survey.match_count := v_survey.match_count::bigint * v_survey.named / v_survey.seen;
        v_survey.last_band := v_survey.last_named_band;
      end if;
    else
      v_phase := (v_cursor ->> 'p')::integer;
      if v_words is not null or v_request.store_id is not null then
        v_survey := private.survey_sample(v_request, v_order, private.search_conditions(v_request, v_phase), false);
      end if;
    end if;
    v_page := private.read_large_page(
      v_request, v_order, private.search_conditions(v_request, v_phase), v_survey.match_count, v_survey.last_band
    );
    if v_phase = 1 and coalesce(cardinality(v_page.ids), 0) <= v_page_size then
      -- Those named so have come to their end on this page.
      v_first_phase_size := coalesce(cardinality(v_page.ids), 0);
      v_phase := 2;
      v_request.after_key := null;
      v_request.after_id := null;
      v_request.page_size := v_page_size - v_first_phase_size;
      v_survey := private.survey_sample(v_request, v_order, private.search_conditions(v_request, v_phase), false);
      v_more := private.read_large_page(
        v_request, v_order, private.search_conditions(v_request, v_phase), v_survey.match_count, v_survey.last_band
      );
      v_page.ids := v_page.ids || v_more.ids;
      v_page.keys := v_page.keys || v_more.keys;
    end if;
  end if;

  return private.search_answer(
    coalesce(v_page.ids[1:v_page_size], '{}'),
    case
      when cardinality(v_page.ids) > v_page_size then private.write_search_cursor(jsonb_build_object(
        's', v_sort, 'k', v_page.keys[v_page_size], 'i', v_page.ids[v_page_size], 'l', v_is_large, 'c', v_is_corrected,
        'p', case when v_phase = 2 and v_first_phase_size = v_page_size then 1 else v_phase end
      ))
    end,
    case when v_cursor is null then v_total end,
    not v_is_large and v_total < c_small_limit,
    case when v_with_facets then private.search_facets(v_facets, v_scale) end,
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
