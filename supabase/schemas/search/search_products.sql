-- Search over all stores, or one: words, filters, facets, an order, and pages by keyset. README.md beside this file
-- tells how it is done.
create or replace function private.search_products(
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
  v_sort constant text :=
    coalesce(search_products.sort, case when v_words is null then 'popularity' else 'relevance' end);
  v_with_facets constant boolean := search_products.cursor is null and coalesce(search_products.with_facets, true);
  v_request private.search_request := private.read_search_request(
    search_products.store_id, search_products.category_ids, search_products.currency, search_products.min_price,
    search_products.max_price, search_products.min_rating, search_products.in_stock, search_products.on_discount,
    v_sort, search_products.page_size
  );
  -- A large result has no rank: by relevance, its best sellers come first.
  v_large_order constant private.search_order :=
    private.search_order(case when v_sort = 'relevance' then 'popularity' else v_sort end);
  v_small_order constant private.search_order :=
    case when v_sort = 'relevance' and v_words is null then v_large_order else private.search_order(v_sort) end;
  v_cursor constant jsonb :=
    case when search_products.cursor is not null then private.read_search_cursor(search_products.cursor, v_sort) end;
  v_is_corrected boolean := coalesce((v_cursor ->> 'c')::boolean, false);
  v_corrected_query tsquery;
  v_corrected text;
  v_is_large boolean;
  v_survey private.search_survey;
  v_result record;
  v_page private.search_page;
  v_phase integer := coalesce((v_cursor ->> 'p')::integer, 0);
  v_total integer;
  v_facets jsonb;
  v_scale double precision := 1;
begin
  v_request.after_key := v_cursor ->> 'k';
  v_request.after_id := (v_cursor ->> 'i')::uuid;
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
    if v_cursor is not null then
      v_is_large := (v_cursor ->> 'l')::boolean;
    elsif pg_relation_size('public.products') < c_small_table then
      -- Nothing in there can be large.
      v_is_large := false;
    else
      v_survey := private.survey_sample(
        v_request, v_large_order, private.search_conditions(v_request, 0), v_with_facets
      );
      v_is_large := v_survey.seen >= c_large;
    end if;
    exit when v_is_large;
    v_page := private.read_whole_result(
      v_request, v_small_order, private.search_conditions(v_request, 0), v_with_facets
    );
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
    elsif v_words is not null or v_request.store_id is not null then
      v_survey := private.survey_sample(
        v_request, v_large_order, private.search_conditions(v_request, v_phase), false
      );
    end if;
    v_result := private.read_large_result(v_request, v_large_order, v_phase, v_survey);
    v_page := v_result.page;
    v_phase := v_result.last_phase;
  end if;

  return private.search_answer(
    coalesce(v_page.ids[1:v_request.page_size], '{}'),
    case
      when cardinality(v_page.ids) > v_request.page_size then private.write_search_cursor(jsonb_build_object(
        's', v_sort, 'k', v_page.keys[v_request.page_size], 'i', v_page.ids[v_request.page_size], 'l', v_is_large,
        'c', v_is_corrected, 'p', v_phase
      ))
    end,
    case when v_cursor is null then v_total end,
    not v_is_large and v_total < c_small_limit,
    case when v_with_facets then private.search_facets(v_facets, v_scale) end,
    v_corrected
  );
end;
$$;
comment on function private.search_products(
  text, uuid, uuid[], text, bigint, bigint, numeric, boolean, boolean, text, text, integer, boolean
) is
  'See public.search_products.';
grant execute on function private.search_products(
  text, uuid, uuid[], text, bigint, bigint, numeric, boolean, boolean, text, text, integer, boolean
)
  to anon, authenticated, service_role;

create or replace function public.search_products(
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
    search_products.on_discount, search_products.sort, search_products.cursor, search_products.page_size,
    search_products.with_facets
  );
$$;
comment on function public.search_products(
  text, uuid, uuid[], text, bigint, bigint, numeric, boolean, boolean, text, text, integer, boolean
) is
  'Finds listed products by words of their name, category and description. sort: relevance (default with words), '
  'popularity (default without), newest, rating, price_asc, price_desc. Prices are minor units of `currency`, else '
  'of the store''s, else of the marketplace''s default. Returns {items, next_cursor, total {count, is_exact}, '
  'facets {categories, stores, prices, ratings, in_stock, on_discount}, corrected_query}; total and facets come '
  'with the first page, and are estimates where is_exact is false. Send next_cursor back as cursor for the next '
  'page. Errors: invalid_sort, invalid_filter, invalid_cursor.';
grant execute on function public.search_products(
  text, uuid, uuid[], text, bigint, bigint, numeric, boolean, boolean, text, text, integer, boolean
)
  to anon, authenticated, service_role;
