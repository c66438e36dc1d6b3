-- The link of a product is made from its name. Where another product of the store has it, a number follows, after
-- twenty of them random letters.
create or replace function private.free_product_slug(store_id uuid, name text) returns text
language plpgsql volatile
set search_path = ''
as $$
declare
  v_base text := coalesce(private.slugify(free_product_slug.name, 100), 'product-' || private.random_word(6));
  v_slug text := v_base;
  v_try integer := 1;
begin
  while exists (
    select
    from public.products
    where products.store_id = free_product_slug.store_id
      and products.slug = v_slug
      and products.deleted_at is null
  ) loop
    v_try := v_try + 1;
    v_slug := v_base || '-' || case when v_try <= 20 then v_try::text else private.random_word(6) end;
  end loop;
  return v_slug;
end;
$$;
comment on function private.free_product_slug(uuid, text) is
  'A link for a product that no other of its store has. The caller holds lock_store_catalog.';
