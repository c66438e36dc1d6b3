-- A store takes another link. The old one keeps leading to it.
create or replace function private.rename_store_link(store_id uuid, link text) returns public.stores
language plpgsql volatile
security definer -- clients hold no write grant on links
set search_path = ''
as $$
declare
  v_slug text := private.slugify(rename_store_link.link, 61);
  v_store public.stores;
  v_owner_of_link uuid;
begin
  perform private.require_store_role(rename_store_link.store_id, array['owner', 'manager']);
  if v_slug is null or length(v_slug) not between 3 and 60 then
    raise sqlstate 'PT422' using
      message = 'A link has 3 to 60 letters, digits or hyphens.', detail = 'invalid_link';
  end if;
  if exists (select from private.reserved_links where reserved_links.slug = v_slug) then
    raise sqlstate 'PT422' using
      message = 'That link is reserved.', detail = 'link_reserved', hint = 'Pick another one.';
  end if;

  select * into strict v_store from public.stores where stores.id = rename_store_link.store_id for no key update;
  if v_store.slug = v_slug then
    return v_store;
  end if;
  if (select count(*) from public.store_links where store_links.store_id = v_store.id) >= 50 then
    raise sqlstate 'PT422' using
      message = 'This store has had fifty links, and keeps them all.', detail = 'too_many_links';
  end if;

  insert into public.store_links (slug, store_id)
  values (v_slug, v_store.id)
  on conflict on constraint store_links_pkey do nothing;
  if not found then
    select store_links.store_id into v_owner_of_link from public.store_links where store_links.slug = v_slug;
    -- The store may take back a link that it had before.
    if v_owner_of_link is distinct from v_store.id then
      raise sqlstate 'PT409' using
        message = 'Another store has that link.', detail = 'link_taken', hint = 'Pick another one.';
    end if;
  end if;
  update public.stores set slug = v_slug where stores.id = v_store.id returning * into v_store;
  return v_store;
end;
$$;
comment on function private.rename_store_link(uuid, text) is 'See public.rename_store_link.';
grant execute on function private.rename_store_link(uuid, text) to anon, authenticated;

create or replace function public.rename_store_link(store_id uuid, link text) returns public.stores
language sql volatile security invoker
set search_path = ''
as $$
  select * from private.rename_store_link(rename_store_link.store_id, rename_store_link.link);
$$;
comment on function public.rename_store_link(uuid, text) is
  'Gives the store another link; old ones keep working. For owner and managers. '
  'Errors: not_signed_in, account_required, session_revoked, store_not_found, store_role_required, invalid_link, '
  'link_reserved, link_taken, too_many_links.';
grant execute on function public.rename_store_link(uuid, text) to anon, authenticated;
