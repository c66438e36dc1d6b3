create or replace function private.saved_product(
  store_id uuid, product_id uuid, name text, description text, category text, status text, mrp_amount bigint,
  price_amount bigint, sku text, quantity integer, options jsonb, variants jsonb, images jsonb
) returns jsonb
language plpgsql volatile
security definer -- shows the seller what a product in any state looks like now
set search_path = ''
as $$
declare
  v_product_id uuid;
begin
  v_product_id := private.save_product(
    saved_product.store_id, saved_product.product_id, saved_product.name, saved_product.description,
    saved_product.category, saved_product.status, saved_product.mrp_amount, saved_product.price_amount,
    saved_product.sku, saved_product.quantity, saved_product.options, saved_product.variants, saved_product.images
  );
  -- A statement of its own: the one that calls save_product would not see what that has written.
  return private.product_details(v_product_id, true);
end;
$$;
comment on function private.saved_product(
  uuid, uuid, text, text, text, text, bigint, bigint, text, integer, jsonb, jsonb, jsonb
) is
  'See public.save_product.';
grant execute on function private.saved_product(
  uuid, uuid, text, text, text, text, bigint, bigint, text, integer, jsonb, jsonb, jsonb
) to anon, authenticated;
