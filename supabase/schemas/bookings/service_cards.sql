create or replace function private.service_cards(service_ids uuid[]) returns table (service_id uuid, card jsonb)
language sql stable rows 20
set search_path = ''
as $$
  select
    services.id,
    jsonb_build_object(
      'id', services.id,
      'name', services.name,
      'description', services.description,
      'currency', services.currency,
      'price_amount', services.price_amount,
      'deposit_amount', services.deposit_amount,
      'duration_minutes', services.duration_minutes,
      'capacity', services.capacity,
      'party_max', services.party_max,
      'needs_approval', services.needs_approval,
      'image_paths', services.image_paths,
      'category', (
        select jsonb_build_object('id', categories.id, 'name', categories.name, 'slug', categories.slug)
        from public.categories
        where categories.id = services.category_id
      ),
      'store', (
        select jsonb_build_object('id', stores.id, 'name', stores.name, 'link', stores.slug)
        from public.stores
        where stores.id = services.store_id
      )
    )
  from public.services
  where services.id = any (service_cards.service_ids);
$$;
comment on function private.service_cards(uuid[]) is
  'Services as lists show them; amounts are for one seat. Callers have decided that their caller may see these.';
