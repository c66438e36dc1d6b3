-- What a shared link leads to. Old links lead to the same store for ever and say what the link is now, so that a frontend
-- (or the edge function store-links) can redirect.
create function private.link_slug(link text) returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return lower(substring(left(private.tidy_code(left(link, 1000)), 500) from '([^/?#]+)/?(?:[?#].*)?$'));
end;
$$;
comment on function private.link_slug(text) is
  'What counts of a link: people paste whole addresses, with whatever came along; it is the last part of the path.';
grant execute on function private.link_slug(text) to anon, authenticated, service_role;

create function private.find_store_by_link(link text) returns public.stores
language plpgsql stable
security definer -- reads stores past RLS and filters by status itself
set search_path = ''
as $$
declare
  v_store public.stores;
begin
  select stores.* into v_store
  from public.store_links
  join public.stores on stores.id = store_links.store_id
  where store_links.slug = private.link_slug(find_store_by_link.link);
  if v_store.id is null
    or not (v_store.status = 'active' or v_store.id = any (private.my_scopes()) or private.is_platform_admin())
  then
    raise sqlstate 'PT404' using
      message = 'No store has that link.', detail = 'store_not_found';
  end if;
  return v_store;
end;
$$;
comment on function private.find_store_by_link(text) is 'The store that has or had this link, if the caller may see it. Errors: store_not_found.';
grant execute on function private.find_store_by_link(text) to anon, authenticated, service_role;

create function private.store_card(store public.stores) returns jsonb
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
    'is_tax_inclusive', store.is_tax_inclusive,
    'rating', store.rating,
    'rating_count', store.rating_count
  );
end;
$$;
comment on function private.store_card(public.stores) is 'A store as the public sees it.';
grant execute on function private.store_card(public.stores) to anon, authenticated, service_role;

create function public.get_store_by_link(link text) returns jsonb
language sql stable security invoker
set search_path = ''
as $$
  select private.store_card(store) || jsonb_build_object(
    'requested_link', get_store_by_link.link,
    'is_current', store.slug = private.link_slug(get_store_by_link.link)
  )
  from private.find_store_by_link(get_store_by_link.link) as store;
$$;
comment on function public.get_store_by_link(text) is
  'Basic details of the store behind a link or a whole address: id, name, address, contact, currency … `link` is the current one; `is_current` is false for an old link, which a frontend then redirects. Errors: store_not_found.';
grant execute on function public.get_store_by_link(text) to anon, authenticated, service_role;
