-- Postgres' planner cannot choose: it takes words and the order for independent of each other, and does not know that a
-- row costs far more than an entry of an index. So the cost of each way is reckoned here, from how many matches the
-- sample promises. docs/performance.md says which request needs which way.
create or replace function private.cheapest_way(
  request private.search_request, sort_order private.search_order, match_count integer, last_band integer
) returns private.search_way
language plpgsql stable
set search_path = ''
as $$
declare
  -- Microseconds.
  c_row_cost constant double precision := 2;
  c_entry_cost constant double precision := 0.1;
  c_band_cost constant double precision := 3;
  c_row_size constant integer := 900; -- bytes of a product, roughly
  c_band_size constant integer := 100; -- matches that the bands of a page hold, roughly
  c_best_seller_scale constant integer := 16;
  v_product_count constant double precision := pg_relation_size('public.products')::double precision / c_row_size;
  v_match_count constant double precision := greatest(cheapest_way.match_count, 1);
  v_walk_cost constant double precision := c_row_cost * request.page_size * v_product_count / v_match_count;
  v_scan_cost constant double precision := c_entry_cost * v_match_count;
  v_gather_cost constant double precision := v_scan_cost + c_row_cost * v_match_count;
  v_bands_cost double precision;
  v_first_band integer;
  v_way private.search_way;
begin
  if request.query is null and request.store_id is null then
    -- A category, or nothing but an order: Postgres sees that it has an index of just that.
    return v_way;
  end if;
  v_way.is_walked := v_walk_cost <= v_gather_cost;

  if sort_order.key = 'products.sales_count' and request.query is not null
    and v_gather_cost / c_best_seller_scale < v_walk_cost
    and (
      case
        when request.after_id is null then v_match_count / c_best_seller_scale > 1.5 * (request.page_size + 1)
        else cheapest_way.last_band > (
          select floor(48 * ln(best_seller_line.sales_count + 1)) from private.best_seller_line
        )
      end
    )
  then
    v_way.part := 'products.is_best_seller';
  elsif v_scan_cost < v_walk_cost and cheapest_way.last_band is not null then
    v_first_band := private.first_band(cheapest_way.request, cheapest_way.sort_order);
    v_bands_cost := v_scan_cost + 0.15 * v_match_count + c_band_cost * (abs(v_first_band - cheapest_way.last_band) + 1)
      + c_band_size * (c_row_cost + 0.02 * v_product_count / v_match_count);
    if v_bands_cost < least(v_gather_cost, v_walk_cost) then
      v_way.part := format('array[%s] && ($2).bands', format(sort_order.band, sort_order.key));
      v_way.bands := array(
        select generate_series(
          least(v_first_band, cheapest_way.last_band), greatest(v_first_band, cheapest_way.last_band)
        )
      );
    end if;
  end if;
  return v_way;
end;
$$;
comment on function private.cheapest_way(private.search_request, private.search_order, integer, integer) is
  'How to read a page of a large result of about `match_count` matches that will end in `last_band`.';
