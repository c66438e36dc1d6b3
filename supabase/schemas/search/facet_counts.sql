create or replace function private.facet_counts(with_facets boolean) returns text
language plpgsql immutable
set search_path = ''
as $$
begin
  return case
    when facet_counts.with_facets then '
      jsonb_build_object(
        ''categories'', (
          select coalesce(
            jsonb_agg(
              jsonb_build_object(''id'', counts.category_id, ''count'', counts.number)
              order by counts.number desc, counts.category_id
            ),
            ''[]''
          )
          from (
            select found.category_id, count(*) as number
            from found
            group by found.category_id
            order by number desc, found.category_id
            limit 20
          ) as counts
        ),
        ''stores'', (
          select coalesce(
            jsonb_agg(
              jsonb_build_object(''id'', counts.store_id, ''count'', counts.number)
              order by counts.number desc, counts.store_id
            ),
            ''[]''
          )
          from (
            select found.store_id, count(*) as number
            from found
            group by found.store_id
            order by number desc, found.store_id
            limit 10
          ) as counts
        ),
        ''prices'', (
          select coalesce(
            jsonb_agg(
              jsonb_build_object(
                ''currency'', counts.currency, ''min_amount'', counts.lowest, ''max_amount'', counts.highest,
                ''count'', counts.number
              )
              order by counts.number desc, counts.currency
            ),
            ''[]''
          )
          from (
            select
              found.currency, min(found.price_amount) as lowest, max(found.price_amount) as highest, count(*) as number
            from found
            group by found.currency
          ) as counts
        ),
        ''ratings'', jsonb_build_object(
          ''4'', count(*) filter (where found.rating_average >= 4),
          ''3'', count(*) filter (where found.rating_average >= 3),
          ''2'', count(*) filter (where found.rating_average >= 2),
          ''1'', count(found.rating_average)),
        ''in_stock'', count(*) filter (where found.is_in_stock),
        ''on_discount'', count(*) filter (where found.is_reduced))'
    else 'null::jsonb'
  end;
end;
$$;
comment on function private.facet_counts(boolean) is
  'The SQL expression that counts the rows of `found` by category, store, price, rating, stock and discount.';
