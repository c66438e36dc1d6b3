create or replace function private.read_large_page(
  request private.search_request,
  sort_order private.search_order,
  conditions text,
  match_count integer,
  last_band integer
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
    if cardinality(request.category_ids) = 1
      and sort_order.key in ('products.price_amount', 'products.sales_count')
    then
      -- Walked is the category alone. Counted no further than to where all matches are sooner gathered.
      v_limit := 1 + 1.5 * v_match_count * v_match_count / greatest(request.page_size, 1) / c_sample_scale;
      select count(*) into v_walked_count
      from (
        select
        from private.product_sample
        where product_sample.category_id = request.category_ids[1]
          and product_sample.price_amount between
            case when sort_order.key = 'products.price_amount' then coalesce(request.min_price, 0) else 0 end
            and case
              when sort_order.key = 'products.price_amount' then coalesce(request.max_price, c_no_limit)
              else c_no_limit
            end
        limit v_limit
      ) as walked;
      v_walked_count := case
        when v_walked_count < v_limit then c_sample_scale * v_walked_count
        else v_product_count
      end;
    end if;
    -- In microseconds; the planner would know neither how words and order go together nor that a row costs much
    -- more than an entry of an index. What intersecting several conditions costs depends on the rarest of them, of
    -- which the matches are but a part.
    v_walk_cost := 2.0 * request.page_size * v_walked_count / v_match_count;
    v_scan_cost := case
      when v_walked_count < v_product_count
        then 0.1 * least(v_match_count * v_product_count / greatest(v_walked_count, 1), v_walked_count)
      when numnode(request.query) > 1 then 0.5 * v_match_count
      else 0.1 * v_match_count
    end;
    v_gather_cost := v_scan_cost + 2.0 * v_match_count;
    if sort_order.key = 'products.sales_count' and request.query is not null
      and v_gather_cost / c_best_seller_scale < v_walk_cost
      and (
        case
          when request.after_id is null then v_match_count / c_best_seller_scale > 1.5 * (request.page_size + 1)
          else read_large_page.last_band > (
            select floor(48 * ln(best_seller_line.sales_count + 1)) from private.best_seller_line
          )
        end
      )
    then
      v_restriction := ' and products.is_best_seller';
    elsif v_scan_cost < v_walk_cost and read_large_page.last_band is not null then
      v_first_band := private.first_band(read_large_page.request, read_large_page.sort_order);
      v_band_cost := v_scan_cost + 0.15 * v_match_count + 3 * (abs(v_first_band - read_large_page.last_band) + 1)
        + c_band_size * (2.0 + 0.02 * v_product_count / v_match_count);
      if v_band_cost < least(v_gather_cost, v_walk_cost) then
        v_restriction := format(' and array[%s] && $2', format(sort_order.band, sort_order.key));
        v_bands := array(
          select generate_series(
            least(v_first_band, read_large_page.last_band), greatest(v_first_band, read_large_page.last_band)
          )
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
      private.search_place(read_large_page.request, read_large_page.sort_order, sort_order.key, 'products.id'),
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
      v_page := private.walk_page(v_statement, read_large_page.request);
    else
      execute v_statement into v_page.ids, v_page.keys using read_large_page.request, v_bands;
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
  'Reads one page of a large result: along the index of its order, or by gathering matches (all, best sellers, '
  'some bands), whichever is cheapest.';
