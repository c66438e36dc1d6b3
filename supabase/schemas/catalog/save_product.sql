-- A seller adds or edits a product as a whole: category, options, variants with their first stock, pictures. What
-- is not given stays as it is. A variant that is left out of the list is retired, never deleted: past orders name
-- it.
create or replace function private.save_product(
  store_id uuid,
  product_id uuid,
  name text,
  description text,
  category text,
  status text,
  mrp_amount bigint,
  price_amount bigint,
  sku text,
  quantity integer,
  options jsonb,
  variants jsonb,
  images jsonb
) returns uuid
language plpgsql volatile
security definer -- clients hold no write grant on products, variants or stock
set search_path = ''
as $$
declare
  v_user_id uuid := private.require_store_role(save_product.store_id, array['owner', 'manager']);
  v_name text := private.tidy_line(save_product.name);
  v_description text := private.tidy_prose(save_product.description);
  v_category_id uuid;
  v_product public.products;
  v_variants jsonb := save_product.variants;
  v_only_variant jsonb;
  v_is_priced boolean;
  v_places integer[];
begin
  if (save_product.product_id is null or save_product.name is not null)
    and (v_name is null or length(v_name) > 200)
  then
    raise sqlstate 'PT422' using
      message = 'A product needs a name of at most 200 characters.', detail = 'invalid_product_name';
  end if;
  if length(v_description) > 20000 then
    raise sqlstate 'PT422' using
      message = 'A description has at most 20,000 characters.', detail = 'invalid_description';
  end if;
  if save_product.status not in ('draft', 'active', 'archived') then
    raise sqlstate 'PT422' using
      message = 'A product is draft, active or archived.', detail = 'invalid_status';
  end if;
  v_only_variant := jsonb_strip_nulls(jsonb_build_object(
    'mrp_amount', save_product.mrp_amount, 'price_amount', save_product.price_amount,
    'sku', save_product.sku, 'quantity', save_product.quantity
  ));
  if v_variants is not null and v_only_variant <> '{}' then
    raise sqlstate 'PT422' using
      message = 'Give prices, SKU and quantity either for the product or for its variants.',
      detail = 'invalid_variants';
  end if;

  perform private.lock_store_catalog(save_product.store_id);
  if save_product.category is not null or save_product.product_id is null then
    v_category_id := private.ensure_category(save_product.category);
  end if;
  if save_product.product_id is not null and v_variants is not null or v_only_variant <> '{}' then
    perform
    from public.stock_levels
    join public.product_variants on product_variants.id = stock_levels.variant_id
    where product_variants.product_id = save_product.product_id
    order by stock_levels.variant_id
    for no key update of stock_levels;
  end if;

  if save_product.product_id is null then
    -- A simple product carries its price and availability from the start; otherwise its variants bring them.
    v_is_priced := v_variants is null
      and save_product.price_amount > 0
      and coalesce(save_product.mrp_amount, save_product.price_amount)
        between save_product.price_amount and 1000000000000;
    insert into public.products (
      store_id, category_id, name, slug, description, status, currency, price_amount, mrp_amount, is_in_stock
    )
    select
      stores.id, v_category_id, v_name, private.free_product_slug(stores.id, v_name),
      coalesce(v_description, ''), coalesce(save_product.status, 'active'), stores.currency,
      case when v_is_priced then save_product.price_amount end,
      case when v_is_priced then coalesce(save_product.mrp_amount, save_product.price_amount) end,
      coalesce(v_is_priced and save_product.quantity > 0, false)
    from public.stores
    where stores.id = save_product.store_id
    returning * into strict v_product;
    v_variants := coalesce(v_variants, jsonb_build_array(v_only_variant));
  else
    select * into v_product
    from public.products
    where products.id = save_product.product_id
      and products.store_id = save_product.store_id
      and products.deleted_at is null
    for no key update;
    if not found then
      raise sqlstate 'PT404' using
        message = 'That product does not exist in this store.', detail = 'product_not_found';
    end if;
    update public.products
    set name = coalesce(v_name, products.name),
      description = coalesce(v_description, products.description),
      category_id = coalesce(v_category_id, products.category_id),
      status = coalesce(save_product.status, products.status)
    where products.id = v_product.id
      and (products.name, products.description, products.category_id, products.status) is distinct from (
        coalesce(v_name, products.name), coalesce(v_description, products.description),
        coalesce(v_category_id, products.category_id), coalesce(save_product.status, products.status)
      );
    if v_only_variant <> '{}' then
      if (
        select count(*)
        from public.product_variants
        where product_variants.product_id = v_product.id and product_variants.deleted_at is null
      ) > 1 then
        raise sqlstate 'PT422' using
          message = 'This product has several variants; give their prices in `variants`.', detail = 'invalid_variants';
      end if;
      select jsonb_build_array(v_only_variant || jsonb_build_object(
        'id', product_variants.id, 'option_values', to_jsonb(product_variants.option_values)
      ))
      into v_variants
      from public.product_variants
      where product_variants.product_id = v_product.id and product_variants.deleted_at is null;
    end if;
  end if;

  if save_product.options is not null then
    v_places := private.write_options(v_product, save_product.options);
    if v_variants is null then
      raise sqlstate 'PT422' using
        message = 'New options need the variants that go with them.', detail = 'invalid_variants';
    end if;
  end if;
  if v_variants is not null then
    perform private.write_variants(v_product, v_variants, v_places, v_user_id);
  end if;
  if save_product.images is not null then
    perform private.write_images(v_product, save_product.images);
  end if;
  return v_product.id;
end;
$$;
comment on function private.save_product(
  uuid, uuid, text, text, text, text, bigint, bigint, text, integer, jsonb, jsonb, jsonb
) is
  'See public.save_product.';

create or replace function public.save_product(
  store_id uuid,
  product_id uuid default null,
  name text default null,
  description text default null,
  category text default null,
  status text default null,
  mrp_amount bigint default null,
  price_amount bigint default null,
  sku text default null,
  quantity integer default null,
  options jsonb default null,
  variants jsonb default null,
  images jsonb default null
) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$
  select private.saved_product(
    save_product.store_id, save_product.product_id, save_product.name, save_product.description, save_product.category,
    save_product.status, save_product.mrp_amount, save_product.price_amount, save_product.sku, save_product.quantity,
    save_product.options, save_product.variants, save_product.images
  );
$$;
comment on function public.save_product(
  uuid, uuid, text, text, text, text, bigint, bigint, text, integer, jsonb, jsonb, jsonb
) is
  'Adds a product (no product_id) or changes the parts given of one; returns it as get_product does, with stock. '
  'Amounts are minor units of the store''s currency. Simple products give mrp_amount, price_amount, sku and '
  'quantity; others options [{name, values}] and variants [{id?, option_values, sku, mrp_amount, price_amount, '
  'quantity, low_stock_threshold, is_active}], a full list: variants left out are retired. images: paths in '
  'store-media or {path, alt}. The category is made if new; a new product is active unless status says draft. For '
  'owner and managers. '
  'Errors: not_signed_in, account_required, session_revoked, store_not_found, store_role_required, '
  'product_not_found, invalid_product_name, invalid_description, invalid_category, invalid_status, '
  'invalid_options, invalid_variants, variant_does_not_fit_options, variant_not_found, duplicate_variant, '
  'invalid_amount, invalid_price, invalid_quantity, sku_taken, stock_changed, invalid_image.';
grant execute on function public.save_product(
  uuid, uuid, text, text, text, text, bigint, bigint, text, integer, jsonb, jsonb, jsonb
) to anon, authenticated;
