-- A seller adds or edits a product, whole: category, options, variants with their first stock, pictures. What is not given
-- stays as it is. A variant that is left out of the list is retired, never deleted: past orders name it.
create function private.read_amount(value jsonb, field text) returns bigint
language plpgsql immutable
set search_path = ''
as $$
begin
  if read_amount.value is null or jsonb_typeof(read_amount.value) = 'null' then
    return null;
  end if;
  -- Up to 10^12, and only digits: no fraction, sign, exponent or NaN can hide in them.
  if read_amount.value #>> '{}' !~ '^[0-9]{1,13}$' then
    raise sqlstate 'PT422' using
      message = format('%s is a whole number of minor units.', read_amount.field), detail = 'invalid_amount',
      hint = 'Send 1999 for 19.99.';
  end if;
  return (read_amount.value #>> '{}')::bigint;
end;
$$;
comment on function private.read_amount(jsonb, text) is 'A number of minor units or of pieces out of a JSON argument. Errors: invalid_amount.';

create function private.lock_store_catalog(store_id uuid) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  perform pg_advisory_xact_lock(hashtextextended(lock_store_catalog.store_id::text, 20260101003220));
  -- Before any product, because listing one asks for the store, and whoever shows or hides a store then takes its products.
  perform from public.stores where stores.id = lock_store_catalog.store_id for share;
end;
$$;
comment on function private.lock_store_catalog(uuid) is
  'Edits of one store''s catalog queue here, so that links and SKUs are given out in turn. The store''s row is only shared: its state stays as it is.';

create function private.free_product_slug(store_id uuid, name text) returns text
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
comment on function private.free_product_slug(uuid, text) is 'A link for a product that no other of its store has. The caller holds lock_store_catalog.';

create function private.write_options(product public.products, options jsonb) returns integer[]
language plpgsql volatile
set search_path = ''
as $$
declare
  v_places integer[];
begin
  if jsonb_typeof(write_options.options) <> 'array'
    or jsonb_array_length(write_options.options) > 3
    or exists (
      select
      from jsonb_array_elements(write_options.options) as given (option)
      where jsonb_typeof(given.option) <> 'object'
        or private.tidy_line(given.option ->> 'name') is null
        or length(private.tidy_line(given.option ->> 'name')) > 40
        or jsonb_typeof(given.option -> 'values') is distinct from 'array'
        or jsonb_array_length(given.option -> 'values') not between 1 and 50
        or exists (
          select
          from jsonb_array_elements(given.option -> 'values') as choices (choice)
          where jsonb_typeof(choices.choice) <> 'string'
            or private.tidy_line(choices.choice #>> '{}') is null
            or length(private.tidy_line(choices.choice #>> '{}')) > 50
        )
        or (
          select count(distinct private.fold(private.tidy_line(choices.choice)))
          from jsonb_array_elements_text(given.option -> 'values') as choices (choice)
        ) <> jsonb_array_length(given.option -> 'values')
    )
    or (
      select count(distinct private.fold(private.tidy_line(given.option ->> 'name')))
      from jsonb_array_elements(write_options.options) as given (option)
    ) <> jsonb_array_length(write_options.options)
  then
    raise sqlstate 'PT422' using
      message = 'Options are at most three, each with a name of its own and 1 to 50 different values.',
      detail = 'invalid_options',
      hint = '[{"name": "Size", "values": ["S", "M"]}]';
  end if;
  -- The same options in another order: where each stood. An option is the same if it has its name and one of its values.
  select array_agg(former.position + 1 order by given.position) into v_places
  from jsonb_array_elements(write_options.options) with ordinality as given (option, position)
  left join public.product_options as former
    on former.product_id = write_options.product.id
    and private.fold(former.name) = private.fold(private.tidy_line(given.option ->> 'name'))
    and former.option_values && array(
      select private.tidy_line(choices.choice) from jsonb_array_elements_text(given.option -> 'values') as choices (choice)
    )
  having count(former.id) = (
    select count(*) from public.product_options where product_options.product_id = write_options.product.id
  ) and count(former.id) = count(*);
  delete from public.product_options where product_options.product_id = write_options.product.id;
  insert into public.product_options (product_id, store_id, name, option_values, position)
  select
    write_options.product.id,
    write_options.product.store_id,
    private.tidy_line(given.option ->> 'name'),
    array(
      select private.tidy_line(choices.choice)
      from jsonb_array_elements_text(given.option -> 'values') with ordinality as choices (choice, position)
      order by choices.position
    ),
    given.position - 1
  from jsonb_array_elements(write_options.options) with ordinality as given (option, position);
  return v_places;
end;
$$;
comment on function private.write_options(public.products, jsonb) is
  'Replaces the options of a product. Returns, if they are the former ones in any order, the place (from 1) that each '
  'had. Errors: invalid_options.';

create function private.write_images(product public.products, images jsonb) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  if jsonb_typeof(write_images.images) <> 'array'
    or jsonb_array_length(write_images.images) > 20
    or exists (
      select
      from jsonb_array_elements(write_images.images) as given (image)
      cross join lateral (
        select case jsonb_typeof(given.image) when 'string' then given.image #>> '{}' when 'object' then given.image ->> 'path' end as path
      ) as image
      where image.path is null
        or not starts_with(image.path, write_images.product.store_id::text || '/')
        or image.path ~ '(^|/)\.\.?(/|$)'
        or length(image.path) > 300
        or (jsonb_typeof(given.image) = 'object' and length(given.image ->> 'alt') > 200)
    )
  then
    raise sqlstate 'PT422' using
      message = 'Images are at most twenty paths below the store''s own folder.', detail = 'invalid_image',
      hint = 'Upload to the bucket store-media, path <store_id>/…, and give that path.';
  end if;
  delete from public.product_media where product_media.product_id = write_images.product.id;
  insert into public.product_media (product_id, store_id, path, alt, position)
  select
    write_images.product.id,
    write_images.product.store_id,
    case jsonb_typeof(given.image) when 'string' then given.image #>> '{}' else given.image ->> 'path' end,
    case jsonb_typeof(given.image) when 'object' then coalesce(private.tidy_line(given.image ->> 'alt'), '') else '' end,
    given.position - 1
  from jsonb_array_elements(write_images.images) with ordinality as given (image, position)
  on conflict on constraint product_media_product_id_path_key do nothing;
end;
$$;
comment on function private.write_images(public.products, jsonb) is 'Replaces the pictures of a product. Errors: invalid_image.';

create function private.match_variants(product public.products, variants jsonb, places integer[])
returns table (number integer, given jsonb, option_values text[], variant_id uuid)
language plpgsql stable
set search_path = ''
as $$
declare
  v_options public.product_options[] := array(
    select product_options
    from public.product_options
    where product_options.product_id = match_variants.product.id
    order by product_options.position
  );
  v_seen uuid[] := '{}';
begin
  if jsonb_typeof(match_variants.variants) <> 'array'
    or jsonb_array_length(match_variants.variants) not between 1 and 100
  then
    raise sqlstate 'PT422' using
      message = 'A product has 1 to 100 variants.', detail = 'invalid_variants';
  end if;
  for given, number in
    select line.variant, line.position
    from jsonb_array_elements(match_variants.variants) with ordinality as line (variant, position)
  loop
    if jsonb_typeof(given) <> 'object'
      or jsonb_typeof(given -> 'option_values') not in ('array', 'null')
      or (given ->> 'id') !~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
      or jsonb_typeof(given -> 'is_active') not in ('boolean', 'null')
      or length(private.tidy_line(given ->> 'sku')) > 64
    then
      raise sqlstate 'PT422' using
        message = format('Variant %s is malformed.', number), detail = 'invalid_variants';
    end if;
    option_values := case
      when jsonb_typeof(given -> 'option_values') = 'array' then array(
        select private.tidy_line(choices.choice)
        from jsonb_array_elements_text(given -> 'option_values') with ordinality as choices (choice, position)
        order by choices.position
      )
      else '{}'
    end;
    if cardinality(option_values) <> cardinality(v_options)
      or exists (
        select
        from unnest(option_values) with ordinality as chosen (choice, position)
        where chosen.choice is null or chosen.choice <> all (v_options[chosen.position].option_values)
      )
    then
      raise sqlstate 'PT422' using
        message = format('Variant %s does not name one value of each option.', number),
        detail = 'variant_does_not_fit_options';
    end if;

    select product_variants.id into variant_id
    from public.product_variants
    where product_variants.product_id = match_variants.product.id
      and product_variants.deleted_at is null
      and case
        when given ->> 'id' is not null then product_variants.id = (given ->> 'id')::uuid
        when match_variants.places is null then product_variants.option_values = match_variants.option_values
        -- The options changed places: so did the values that its variants name.
        else match_variants.option_values = array(
          select product_variants.option_values[moved.place]
          from unnest(match_variants.places) with ordinality as moved (place, position)
          order by moved.position
        )
      end;
    if variant_id is null and given ->> 'id' is not null then
      raise sqlstate 'PT404' using
        message = format('Variant %s is not one of this product.', number), detail = 'variant_not_found';
    end if;
    if variant_id = any (v_seen) then
      raise sqlstate 'PT422' using
        message = 'The same variant is given twice.', detail = 'duplicate_variant';
    end if;
    v_seen := v_seen || variant_id;
    return next;
  end loop;
end;
$$;
comment on function private.match_variants(public.products, jsonb, integer[]) is
  'Reads a list of variants: the values each names, and which variant of the product it is (null: a new one). Errors: '
  'invalid_variants, variant_does_not_fit_options, variant_not_found, duplicate_variant.';

create function private.write_variants(product public.products, variants jsonb, places integer[], actor_id uuid)
returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  v_lines jsonb;
  v_line record;
  v_variant public.product_variants;
  v_level public.stock_levels;
  v_mrp bigint;
  v_price bigint;
  v_quantity bigint;
  v_threshold bigint;
  v_sku text;
  v_id uuid;
begin
  -- Stock before products, as checkout locks them.
  perform
  from public.stock_levels
  join public.product_variants on product_variants.id = stock_levels.variant_id
  where product_variants.product_id = write_variants.product.id
  order by stock_levels.variant_id
  for no key update of stock_levels;

  select jsonb_agg(to_jsonb(line)) into v_lines
  from private.match_variants(write_variants.product, write_variants.variants, write_variants.places) as line;
  if (
    select count(distinct line.value -> 'option_values') from jsonb_array_elements(v_lines) as line
  ) < jsonb_array_length(v_lines) then
    raise sqlstate 'PT422' using
      message = 'The same variant is given twice.', detail = 'duplicate_variant';
  end if;
  -- The list is compared as a whole: what leaves it, and what another variant gets, is given up before anything is taken.
  update public.product_variants
  set is_active = false, deleted_at = now()
  where product_variants.product_id = write_variants.product.id
    and product_variants.deleted_at is null
    and product_variants.id not in (
      select (line.value ->> 'variant_id')::uuid
      from jsonb_array_elements(v_lines) as line
      where line.value ->> 'variant_id' is not null
    );
  update public.product_variants
  set sku = case when wanted.keeps_sku then product_variants.sku end,
    option_values = case
      when wanted.keeps_values then product_variants.option_values else array[product_variants.id::text]
    end
  from (
    select
      kept.id,
      not (line.value -> 'given') ? 'sku'
        or kept.sku is not distinct from private.tidy_line(line.value -> 'given' ->> 'sku') as keeps_sku,
      to_jsonb(kept.option_values) = line.value -> 'option_values' as keeps_values
    from jsonb_array_elements(v_lines) as line
    join public.product_variants as kept on kept.id = (line.value ->> 'variant_id')::uuid
  ) as wanted
  where product_variants.id = wanted.id and not (wanted.keeps_sku and wanted.keeps_values);

  for v_line in
    select line.*
    from jsonb_to_recordset(v_lines) as line (number integer, given jsonb, option_values text[], variant_id uuid)
  loop
    v_variant := null;
    select * into v_variant from public.product_variants where product_variants.id = v_line.variant_id;
    v_price := coalesce(private.read_amount(v_line.given -> 'price_amount', 'price_amount'), v_variant.price_amount);
    v_mrp := coalesce(private.read_amount(v_line.given -> 'mrp_amount', 'mrp_amount'), v_variant.mrp_amount, v_price);
    v_quantity := private.read_amount(v_line.given -> 'quantity', 'quantity');
    v_threshold := private.read_amount(v_line.given -> 'low_stock_threshold', 'low_stock_threshold');
    if v_price is null or v_price <= 0 or v_mrp < v_price or v_mrp > 1000000000000 then
      raise sqlstate 'PT422' using
        message = 'The sale price is above zero and not above the MRP.', detail = 'invalid_price',
        hint = 'Amounts are in minor units of the store''s currency.';
    end if;
    if v_price % private.money_step(write_variants.product.currency) <> 0 then
      raise sqlstate 'PT422' using
        message = format('No card can be charged the third decimal of %s.', write_variants.product.currency), detail = 'invalid_price',
        hint = 'Send an amount that ends with 0.';
    end if;
    if v_quantity > 1000000 or v_threshold > 1000000 then
      raise sqlstate 'PT422' using
        message = 'Stock goes up to a million pieces.', detail = 'invalid_quantity';
    end if;
    v_sku := case when v_line.given ? 'sku' then private.tidy_line(v_line.given ->> 'sku') else v_variant.sku end;
    if v_sku is not null and exists (
      select
      from public.product_variants
      where product_variants.store_id = write_variants.product.store_id
        and private.fold(product_variants.sku) = private.fold(v_sku)
        and product_variants.deleted_at is null
        and product_variants.id is distinct from v_variant.id
    ) then
      raise sqlstate 'PT409' using
        message = format('Another variant of this store has the SKU %s.', v_sku), detail = 'sku_taken';
    end if;

    if v_variant.id is null then
      insert into public.product_variants (
        product_id, store_id, sku, title, option_values, mrp_amount, price_amount, currency, position, is_active, is_in_stock
      )
      values (
        write_variants.product.id, write_variants.product.store_id, v_sku,
        coalesce(nullif(array_to_string(v_line.option_values, ' / '), ''), 'Default'),
        v_line.option_values, v_mrp, v_price, write_variants.product.currency, v_line.number - 1,
        coalesce((v_line.given ->> 'is_active')::boolean, true), coalesce(v_quantity > 0, false)
      )
      returning product_variants.id into v_id;
      if v_quantity > 0 then
        perform private.move_stock(v_id, v_quantity::integer, 'initial', null, write_variants.actor_id);
      end if;
    else
      v_id := v_variant.id;
      update public.product_variants
      set sku = v_sku,
        title = coalesce(nullif(array_to_string(v_line.option_values, ' / '), ''), 'Default'),
        option_values = v_line.option_values,
        mrp_amount = v_mrp,
        price_amount = v_price,
        position = v_line.number - 1,
        is_active = coalesce((v_line.given ->> 'is_active')::boolean, v_variant.is_active)
      where product_variants.id = v_id;
      select * into v_level from public.stock_levels where stock_levels.variant_id = v_id;
      -- An edit of the text must not undo the sales made since the form was opened.
      if v_quantity <> v_level.on_hand then
        raise sqlstate 'PT409' using
          message = format('There are %s pieces on hand now.', v_level.on_hand), detail = 'stock_changed',
          hint = 'Change stock with adjust_stock or set_stock.';
      end if;
    end if;
    if v_threshold is not null then
      update public.stock_levels
      set low_stock_threshold = v_threshold
      where stock_levels.variant_id = v_id
        and stock_levels.low_stock_threshold <> v_threshold;
    end if;
  end loop;
end;
$$;
comment on function private.write_variants(public.products, jsonb, integer[], uuid) is
  'Brings the variants of a product to this list; places: see write_options. Errors: invalid_variants, '
  'variant_does_not_fit_options, variant_not_found, duplicate_variant, invalid_amount, invalid_price, '
  'invalid_quantity, sku_taken, stock_changed.';

create function private.save_product(
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
  if (save_product.product_id is null or save_product.name is not null) and (v_name is null or length(v_name) > 200) then
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
      message = 'Give prices, SKU and quantity either for the product or for its variants.', detail = 'invalid_variants';
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
      and coalesce(save_product.mrp_amount, save_product.price_amount) between save_product.price_amount and 1000000000000;
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
      select jsonb_build_array(v_only_variant || jsonb_build_object('id', product_variants.id, 'option_values', to_jsonb(product_variants.option_values)))
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
comment on function private.save_product(uuid, uuid, text, text, text, text, bigint, bigint, text, integer, jsonb, jsonb, jsonb) is 'See public.save_product.';

create function private.saved_product(
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
    saved_product.store_id, saved_product.product_id, saved_product.name, saved_product.description, saved_product.category,
    saved_product.status, saved_product.mrp_amount, saved_product.price_amount, saved_product.sku, saved_product.quantity,
    saved_product.options, saved_product.variants, saved_product.images
  );
  -- A statement of its own, because one that is under way does not see what it calls write.
  return private.product_details(v_product_id, true);
end;
$$;
comment on function private.saved_product(uuid, uuid, text, text, text, text, bigint, bigint, text, integer, jsonb, jsonb, jsonb) is 'See public.save_product.';
grant execute on function private.saved_product(uuid, uuid, text, text, text, text, bigint, bigint, text, integer, jsonb, jsonb, jsonb) to anon, authenticated;

create function public.save_product(
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
comment on function public.save_product(uuid, uuid, text, text, text, text, bigint, bigint, text, integer, jsonb, jsonb, jsonb) is
  'Adds a product (no product_id) or changes the parts given of one; returns it as get_product does, with stock. Amounts are minor units of the store''s currency. Simple products give mrp_amount, price_amount, sku and quantity; others options [{name, values}] and variants [{id?, option_values, sku, mrp_amount, price_amount, quantity, low_stock_threshold, is_active}], a full list: variants left out are retired. images: paths in store-media or {path, alt}. The category is made if new; a new product is active unless status says draft. For owner and managers. Errors: not_signed_in, account_required, session_revoked, store_not_found, store_role_required, product_not_found, invalid_product_name, invalid_description, invalid_category, invalid_status, invalid_options, invalid_variants, variant_does_not_fit_options, variant_not_found, duplicate_variant, invalid_amount, invalid_price, invalid_quantity, sku_taken, stock_changed, invalid_image.';
grant execute on function public.save_product(uuid, uuid, text, text, text, text, bigint, bigint, text, integer, jsonb, jsonb, jsonb) to anon, authenticated;
