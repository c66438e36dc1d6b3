create or replace function private.take_store_link(store_id uuid, wanted text) returns text
language plpgsql volatile
set search_path = ''
as $$
declare
  v_base text := private.slugify(take_store_link.wanted, 48);
  v_slug text;
  v_try integer := 0;
begin
  if v_base is not null and (
    length(v_base) < 3
    or exists (select from private.reserved_links where reserved_links.slug = v_base)
  ) then
    v_base := v_base || '-store';
  end if;
  loop
    v_slug := case
      when v_base is null then 'store-' || private.random_word(6)
      when v_try = 0 then v_base
      when v_try < 20 then v_base || '-' || (v_try + 1)
      -- A popular name: random letters, instead of trying every number.
      else v_base || '-' || private.random_word(6)
    end;
    insert into public.store_links (slug, store_id)
    values (v_slug, take_store_link.store_id)
    on conflict on constraint store_links_pkey do nothing;
    if found then
      return v_slug;
    end if;
    v_try := v_try + 1;
  end loop;
end;
$$;
comment on function private.take_store_link(uuid, text) is
  'Takes the first free link made from a name, with a number or random letters if need be. Of two stores of one '
  'name opened at once, the second waits for the first and takes the next link.';
