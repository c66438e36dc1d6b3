create or replace function private.store_card(store public.stores) returns jsonb
language plpgsql stable
security definer -- reads private.settings for the address of the storefront
set search_path = ''
as $$
begin
  return jsonb_build_object(
    'id', store.id,
    'name', store.name,
    'link', store.slug,
    'url', (select settings.storefront_url from private.settings) || '/' || store.slug,
    'description', store.description,
    'status', store.status,
    'is_open', store.is_open,
    'logo_path', store.logo_path,
    'phone', store.phone,
    'email', store.email,
    'address', jsonb_build_object(
      'line1', store.line1, 'line2', store.line2, 'city', store.city, 'region', store.region,
      'postal_code', store.postal_code, 'country_code', store.country_code
    ),
    'time_zone', store.time_zone,
    'currency', store.currency,
    'is_tax_inclusive', store.is_tax_inclusive
  ) || private.rating_facts('store', store.id);
end;
$$;
comment on function private.store_card(public.stores) is 'A store as the public sees it.';
grant execute on function private.store_card(public.stores) to anon, authenticated, service_role;
