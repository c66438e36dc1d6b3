create or replace function private.tg_products__copy_listed() returns trigger
language plpgsql volatile
security definer -- is_listed is granted to nobody
set search_path = ''
as $$
declare
  v_product_ids uuid[];
begin
  select array_agg(new_rows.id) into v_product_ids
  from new_rows
  join old_rows on old_rows.id = new_rows.id
  where new_rows.is_listed <> old_rows.is_listed;
  if v_product_ids is null then
    return null;
  end if;

  update public.product_options
  set is_listed = products.is_listed
  from public.products
  where products.id = any (v_product_ids)
    and product_options.product_id = products.id;
  update public.product_variants
  set is_listed = products.is_listed
  from public.products
  where products.id = any (v_product_ids)
    and product_variants.product_id = products.id;
  update public.product_media
  set is_listed = products.is_listed
  from public.products
  where products.id = any (v_product_ids)
    and product_media.product_id = products.id;
  return null;
end;
$$;
comment on function private.tg_products__copy_listed() is
  'After update of products: copies is_listed to the options, variants and pictures of those that were shown or '
  'hidden.';

create or replace trigger _500_copy_listed
  after update on public.products
  referencing old table as old_rows new table as new_rows
  for each statement execute function private.tg_products__copy_listed();
