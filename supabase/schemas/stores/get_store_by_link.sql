-- What a shared link leads to. Old links lead to the same store for ever and say what the link is now, so that a
-- frontend (or the edge function store-links) can redirect.
create or replace function public.get_store_by_link(link text) returns jsonb
language sql stable security invoker
set search_path = ''
as $$
  select private.store_card(store) || jsonb_build_object(
    'requested_link', get_store_by_link.link,
    'services', private.store_services(store.id),
    'is_current', store.slug = private.link_slug(get_store_by_link.link)
  )
  from private.find_store_by_link(get_store_by_link.link) as store;
$$;
comment on function public.get_store_by_link(text) is
  'Basic details of the store behind a link or a whole address: id, name, address, contact, currency, the appointments '
  'it offers … `link` is the current one; `is_current` is false for an old link, which a frontend then redirects. '
  'Errors: store_not_found.';
grant execute on function public.get_store_by_link(text) to anon, authenticated, service_role;
