-- A seller takes the catalog along: as CSV that import_products reads again, in parts of 2,000 products.
create or replace function private.export_products(store_id uuid, after_id uuid) returns text
language plpgsql stable
security definer -- reads stock, which only members may see; it asks whether the caller is one
set search_path = ''
as $$
declare
  v_exponent smallint;
  v_lines text;
begin
  perform private.require_store_role(export_products.store_id, array['owner', 'manager']);
  select currencies.exponent into strict v_exponent
  from public.stores
  join public.currencies on currencies.code = stores.currency
  where stores.id = export_products.store_id;
  select string_agg(
    concat_ws(',',
      private.csv_field(page.name), private.csv_field(page.description), private.csv_field(categories.name),
      round(product_variants.price_amount / power(10::numeric, v_exponent), v_exponent),
      round(product_variants.mrp_amount / power(10::numeric, v_exponent), v_exponent),
      stock_levels.on_hand, private.csv_field(product_variants.sku), page.status,
      private.csv_field((
        select product_media.path from public.product_media
        where product_media.product_id = page.id
        order by product_media.position, product_media.id
        limit 1
      )),
      private.csv_field(product_variants.title), page.id
    ),
    e'\r\n' order by page.id, product_variants.position, product_variants.id
  )
  into v_lines
  from (
    select products.*
    from public.products
    where products.store_id = export_products.store_id
      and products.deleted_at is null
      and products.id > coalesce(export_products.after_id, '00000000-0000-0000-0000-000000000000')
    order by products.id
    limit 2000
  ) as page
  join public.categories on categories.id = page.category_id
  join public.product_variants on product_variants.product_id = page.id and product_variants.deleted_at is null
  join public.stock_levels on stock_levels.variant_id = product_variants.id;
  return e'name,description,category,price,mrp,quantity,sku,status,image,variant,product_id\r\n'
    || coalesce(v_lines || e'\r\n', '');
end;
$$;
comment on function private.export_products(uuid, uuid) is 'See public.export_products.';
grant execute on function private.export_products(uuid, uuid) to anon, authenticated;

create or replace function public.export_products(store_id uuid, after_id uuid default null) returns text
language sql stable security invoker
set search_path = ''
as $$
  select private.export_products(export_products.store_id, export_products.after_id);
$$;
comment on function public.export_products(uuid, uuid) is
  'The store''s products as CSV, one line per variant, prices with the decimals of the currency; 2,000 products '
  'at a time (after_id: the last product_id of the part before). Cells that a spreadsheet would run as formulas '
  'begin with an apostrophe. For owner and managers. '
  'Errors: not_signed_in, account_required, session_revoked, store_not_found, store_role_required.';
grant execute on function public.export_products(uuid, uuid) to anon, authenticated;
