create or replace function private.find_store_by_link(link text) returns public.stores
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
comment on function private.find_store_by_link(text) is
  'The store that has or had this link, if the caller may see it. Errors: store_not_found.';
grant execute on function private.find_store_by_link(text) to anon, authenticated, service_role;
