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
