-- A store's shop window: its categories, the one with most products first, each with its newest products.
create or replace function private.get_store_catalog(
  link text,
  products_per_category integer,
  max_categories integer,
  cursor text
) returns jsonb
language plpgsql stable
security definer -- reads past RLS; shows listed products of a store the caller may see
set search_path = ''
as $$
declare
  v_store public.stores := private.find_store_by_link(get_store_catalog.link);
  v_per_category integer := least(greatest(coalesce(get_store_catalog.products_per_category, 12), 1), 24);
  v_max_categories integer := least(greatest(coalesce(get_store_catalog.max_categories, 20), 1), 50);
  v_after text[] := regexp_match(
    get_store_catalog.cursor, '^([0-9]{1,9})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$'
  );
  v_categories uuid[];
  v_counts integer[];
  v_products uuid[];
  v_groups jsonb;
begin
  if get_store_catalog.cursor is not null and v_after is null then
    raise sqlstate 'PT400' using
      message = 'That is no cursor of this list.', detail = 'invalid_cursor';
  end if;
  select
    array_agg(page.category_id order by page.product_count desc, page.category_id),
    array_agg(page.product_count order by page.product_count desc, page.category_id)
  into v_categories, v_counts
  from (
    select store_categories.category_id, store_categories.product_count
    from public.store_categories
    where store_categories.store_id = v_store.id
      and store_categories.product_count > 0
      and (
        v_after is null
        or store_categories.product_count < v_after[1]::integer
        or (store_categories.product_count = v_after[1]::integer and store_categories.category_id > v_after[2]::uuid)
      )
    order by store_categories.product_count desc, store_categories.category_id
    limit v_max_categories
  ) as page;

  select array_agg(newest.id) into v_products
  from unnest(v_categories) as wanted (category_id)
  cross join lateral (
    select products.id
    from public.products
    where products.store_id = v_store.id
      and products.category_id = wanted.category_id
      and products.is_listed
    order by products.published_at desc, products.id desc
    limit v_per_category
  ) as newest;

  with cards as (
    select
      (cards.card -> 'category' ->> 'id')::uuid as category_id,
      jsonb_agg(cards.card order by array_position(v_products, cards.product_id)) as products
    from private.product_cards(v_products) as cards
    group by 1
  )
  select jsonb_agg(
    jsonb_build_object(
      'id', categories.id,
      'name', categories.name,
      'slug', categories.slug,
      'product_count', wanted.product_count,
      'products', coalesce(cards.products, '[]'::jsonb)
    )
    order by wanted.position
  )
  into v_groups
  from unnest(v_categories, v_counts) with ordinality as wanted (category_id, product_count, position)
  join public.categories on categories.id = wanted.category_id
  left join cards on cards.category_id = wanted.category_id;

  return jsonb_build_object(
    'store', private.store_card(v_store),
    'services', private.store_services(v_store.id),
    'categories', coalesce(v_groups, '[]'::jsonb),
    'next_cursor', case
      when cardinality(v_categories) = v_max_categories
        then v_counts[v_max_categories]::text || '.' || v_categories[v_max_categories]::text
    end
  );
end;
$$;
comment on function private.get_store_catalog(text, integer, integer, text) is 'See public.get_store_catalog.';
grant execute on function private.get_store_catalog(text, integer, integer, text) to anon, authenticated, service_role;

create or replace function public.get_store_catalog(
  link text,
  products_per_category integer default 12,
  max_categories integer default 20,
  cursor text default null
) returns jsonb
language sql stable security invoker
set search_path = ''
as $$
  select private.get_store_catalog(
    get_store_catalog.link, get_store_catalog.products_per_category, get_store_catalog.max_categories,
    get_store_catalog.cursor
  );
$$;
comment on function public.get_store_catalog(text, integer, integer, text) is
  'The store, the appointments it offers, and its products grouped by category, the largest category first; up to 24 '
  'newest products each (the rest of a category: search_products with store_id and category_ids). `next_cursor` leads '
  'to further categories. Errors: store_not_found, invalid_cursor.';
grant execute on function public.get_store_catalog(text, integer, integer, text) to anon, authenticated, service_role;
