create or replace function private.search_found(
  source text, key text, is_named text, conditions text, row_limit integer, with_facets boolean
) returns text
language plpgsql immutable
set search_path = ''
as $$
begin
  return format(
    'found as materialized (
      select products.id, products.ctid as place, products.category_id, products.store_id, products.currency,
        products.price_amount, products.rating_average, products.is_in_stock,
        %s as key, %s as is_named, %s as is_reduced
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
comment on function private.search_found(text, text, text, text, integer, boolean) is
  'The SQL of `found`: the matches of a result (or of its sample), for private.facet_counts() to count.';
