create or replace function private.read_search_request(
  store_id uuid,
  category_ids uuid[],
  currency text,
  min_price bigint,
  max_price bigint,
  min_rating numeric,
  in_stock boolean,
  on_discount boolean,
  sort text,
  page_size integer
) returns private.search_request
language plpgsql stable
set search_path = ''
as $$
declare
  v_request private.search_request;
begin
  if read_search_request.sort not in ('relevance', 'price_asc', 'price_desc', 'newest', 'rating', 'popularity') then
    raise sqlstate 'PT422' using
      message = 'There is no such order.', detail = 'invalid_sort',
      hint = 'relevance, price_asc, price_desc, newest, rating or popularity';
  end if;
  if read_search_request.min_price < 0 or read_search_request.max_price < read_search_request.min_price
    or read_search_request.min_rating not between 0 and 5
  then
    raise sqlstate 'PT422' using
      message = 'A price or rating filter is out of range.', detail = 'invalid_filter';
  end if;
  if cardinality(read_search_request.category_ids) > 100 then
    raise sqlstate 'PT422' using
      message = 'Filter by a hundred categories at most.', detail = 'invalid_filter';
  end if;
  v_request.store_id := read_search_request.store_id;
  v_request.category_ids := read_search_request.category_ids;
  v_request.currency := upper(read_search_request.currency);
  v_request.min_price := read_search_request.min_price;
  v_request.max_price := read_search_request.max_price;
  v_request.min_rating := read_search_request.min_rating;
  v_request.in_stock := read_search_request.in_stock;
  v_request.on_discount := read_search_request.on_discount;
  v_request.page_size := least(greatest(coalesce(read_search_request.page_size, 20), 1), 100);
  -- Amounts of different currencies cannot be compared.
  if v_request.currency is null
    and (
      num_nonnulls(v_request.min_price, v_request.max_price) > 0
      or read_search_request.sort in ('price_asc', 'price_desc')
    )
  then
    v_request.currency := coalesce(
      (select stores.currency from public.stores where stores.id = read_search_request.store_id),
      (select settings.default_currency from private.settings)
    );
  end if;
  return v_request;
end;
$$;
comment on function private.read_search_request(
  uuid, uuid[], text, bigint, bigint, numeric, boolean, boolean, text, integer
) is
  'Filters and page size as they are searched with, without words and place. Errors: invalid_sort, invalid_filter.';
