-- A product's own page: by id, or by the link of its store and its slug.
create or replace function private.get_product(product_id uuid, link text, slug text) returns jsonb
language plpgsql stable
security definer -- reads past RLS and asks itself who may see the product
set search_path = ''
as $$
declare
  v_product public.products;
  v_is_member boolean;
  v_related uuid[];
begin
  if get_product.product_id is not null then
    select * into v_product from public.products where products.id = get_product.product_id;
  else
    select products.* into v_product
    from public.products
    where products.store_id = (private.find_store_by_link(get_product.link)).id
      and products.slug = lower(get_product.slug)
      and products.deleted_at is null;
  end if;
  v_is_member := v_product.store_id = any (private.my_scopes()) or private.is_platform_admin();
  if v_product.id is null or v_product.deleted_at is not null or not (v_product.is_listed or v_is_member) then
    raise sqlstate 'PT404' using
      message = 'That product does not exist.', detail = 'product_not_found';
  end if;

  -- The best-selling neighbours in its category; where there are few, the newest of its store.
  select array_agg(candidates.id order by candidates.rank) into v_related
  from (
    select related.id, min(related.rank) as rank
    from (
      (
        select products.id, row_number() over (order by products.sales_count desc, products.id desc) as rank
        from public.products
        where products.category_id = v_product.category_id
          and products.is_listed
        order by products.sales_count desc, products.id desc
        limit 9
      )
      union all
      (
        select products.id, 100 + row_number() over (order by products.published_at desc, products.id desc)
        from public.products
        where products.store_id = v_product.store_id
          and products.is_listed
        order by products.published_at desc, products.id desc
        limit 5
      )
    ) as related
    where related.id <> v_product.id
    group by related.id
    order by min(related.rank)
    limit 8
  ) as candidates;

  return private.product_details(v_product.id, v_is_member)
    || jsonb_build_object(
      'related', coalesce((
        select jsonb_agg(cards.card order by array_position(v_related, cards.product_id))
        from private.product_cards(v_related) as cards
      ), '[]'::jsonb)
    );
end;
$$;
comment on function private.get_product(uuid, text, text) is 'See public.get_product.';
grant execute on function private.get_product(uuid, text, text) to anon, authenticated, service_role;

create or replace function public.get_product(
  product_id uuid default null,
  link text default null,
  slug text default null
) returns jsonb
language sql stable security invoker
set search_path = ''
as $$
  select private.get_product(get_product.product_id, get_product.link, get_product.slug);
$$;
comment on function public.get_product(uuid, text, text) is
  'One product with pictures, options, variants and their live prices, discounts in force and related products; '
  'by id, or by link (of the store, old ones too) and slug. Errors: product_not_found, store_not_found.';
grant execute on function public.get_product(uuid, text, text) to anon, authenticated, service_role;
