create or replace function private.search_conditions(request private.search_request, phase integer) returns text
language plpgsql immutable
set search_path = ''
as $$
begin
  return concat_ws(
    ' and ',
    'products.is_listed',
    case
      when request.query is null then null
      -- A product with the words in its name also has them in its document, so only the name is asked here: the
      -- planner would take two conditions for independent, and the result for smaller than it is.
      when search_conditions.phase = 1 then 'ts_filter(products.search, ''{a}'') @@ ($1).query'
      when search_conditions.phase = 2
        then 'products.search @@ ($1).query and not ts_filter(products.search, ''{a}'') @@ ($1).query'
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
    case when request.min_rating > 0 then 'products.rating_average >= ($1).min_rating' end,
    case when request.in_stock then 'products.is_in_stock' end,
    case when request.on_discount then private.discounted_condition() end
  );
end;
$$;
comment on function private.search_conditions(private.search_request, integer) is
  'The SQL condition of a match, in one phase of a large result: 1 products with the words in the name, 2 those '
  'that only mention them, 0 both.';
