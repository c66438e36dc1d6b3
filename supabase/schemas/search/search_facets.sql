create or replace function private.search_facets(counts jsonb, scale double precision) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return jsonb_build_object(
    'categories', coalesce((
      select jsonb_agg(
        jsonb_build_object(
          'id', categories.id, 'name', categories.name, 'slug', categories.slug,
          'count', round(counted.count * search_facets.scale)
        )
        order by counted.position
      )
      from rows from (jsonb_to_recordset(search_facets.counts -> 'categories') as (id uuid, count integer))
        with ordinality as counted (id, count, position)
      join public.categories on categories.id = counted.id
    ), '[]'::jsonb),
    'stores', coalesce((
      select jsonb_agg(
        -- Looked up for each entry: a join would read every store there is.
        (
          select jsonb_build_object('id', stores.id, 'name', stores.name, 'link', stores.slug)
          from public.stores
          where stores.id = counted.id
        )
          || jsonb_build_object('count', round(counted.count * search_facets.scale))
        order by counted.position
      )
      from rows from (jsonb_to_recordset(search_facets.counts -> 'stores') as (id uuid, count integer))
        with ordinality as counted (id, count, position)
    ), '[]'::jsonb),
    'prices', coalesce((
      select jsonb_agg(
        entry.value
          || jsonb_build_object('count', round((entry.value -> 'count')::integer * search_facets.scale))
        order by entry.position
      )
      from jsonb_array_elements(search_facets.counts -> 'prices') with ordinality as entry (value, position)
    ), '[]'::jsonb),
    'ratings', (
      select jsonb_object_agg(entry.key, round(entry.value::integer * search_facets.scale))
      from jsonb_each_text(search_facets.counts -> 'ratings') as entry
    ),
    'in_stock', round((search_facets.counts -> 'in_stock')::integer * search_facets.scale),
    'on_discount', round((search_facets.counts -> 'on_discount')::integer * search_facets.scale)
  );
end;
$$;
comment on function private.search_facets(jsonb, double precision) is
  'Counts as a frontend shows them: with names, and multiplied by `scale` when they are those of a sample.';
