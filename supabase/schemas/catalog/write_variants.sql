create or replace function private.write_variants(product public.products, variants jsonb, actor_id uuid) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  v_options public.product_options[] := array(
    select product_options
    from public.product_options
    where product_options.product_id = write_variants.product.id
    order by product_options.position
  );
  v_given jsonb;
  v_position integer;
  v_values text[];
  v_sku text;
  v_variant public.product_variants;
  v_level public.stock_levels;
  v_mrp bigint;
  v_price bigint;
  v_quantity bigint;
  v_threshold bigint;
  v_kept uuid[] := '{}';
  v_id uuid;
begin
  if jsonb_typeof(write_variants.variants) <> 'array' or jsonb_array_length(write_variants.variants) not between 1 and 100 then
    raise sqlstate 'PT422' using
      message = 'A product has 1 to 100 variants.', detail = 'invalid_variants';
  end if;
  -- Stock before products, as checkout locks them.
  perform
  from public.stock_levels
  join public.product_variants on product_variants.id = stock_levels.variant_id
  where product_variants.product_id = write_variants.product.id
  order by stock_levels.variant_id
  for no key update of stock_levels;

  for v_given, v_position in
    select given.variant, given.position - 1
    from jsonb_array_elements(write_variants.variants) with ordinality as given (variant, position)
  loop
    if jsonb_typeof(v_given) <> 'object'
      or jsonb_typeof(v_given -> 'option_values') not in ('array', 'null')
      or (v_given ->> 'id') !~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
      or jsonb_typeof(v_given -> 'is_active') not in ('boolean', 'null')
      or length(v_given ->> 'sku') > 64
    then
      raise sqlstate 'PT422' using
        message = format('Variant %s is malformed.', v_position + 1), detail = 'invalid_variants';
    end if;
    v_values := case
      when jsonb_typeof(v_given -> 'option_values') = 'array' then array(
        select private.tidy_line(choices.choice)
        from jsonb_array_elements_text(v_given -> 'option_values') with ordinality as choices (choice, position)
        order by choices.position
      )
      else '{}'
    end;
    if cardinality(v_values) <> cardinality(v_options)
      or exists (
        select
        from unnest(v_values) with ordinality as chosen (choice, position)
        where chosen.choice is null or chosen.choice <> all (v_options[chosen.position].option_values)
      )
    then
      raise sqlstate 'PT422' using
        message = format('Variant %s does not name one value of each option.', v_position + 1),
        detail = 'variant_does_not_fit_options';
    end if;

    v_variant := null;
    select * into v_variant
    from public.product_variants
    where product_variants.product_id = write_variants.product.id
      and product_variants.deleted_at is null
      and case
        when v_given ->> 'id' is not null then product_variants.id = (v_given ->> 'id')::uuid
        else product_variants.option_values = v_values
      end;
    if v_variant.id is null and v_given ->> 'id' is not null then
      raise sqlstate 'PT404' using
        message = format('Variant %s is not one of this product.', v_position + 1), detail = 'variant_not_found';
    end if;
    if v_variant.id = any (v_kept) then
      raise sqlstate 'PT422' using
        message = 'The same variant is given twice.', detail = 'duplicate_variant';
    end if;

    v_price := coalesce(private.read_amount(v_given -> 'price_amount', 'price_amount'), v_variant.price_amount);
    v_mrp := coalesce(private.read_amount(v_given -> 'mrp_amount', 'mrp_amount'), v_variant.mrp_amount, v_price);
    v_quantity := private.read_amount(v_given -> 'quantity', 'quantity');
    v_threshold := private.read_amount(v_given -> 'low_stock_threshold', 'low_stock_threshold');
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
    v_sku := case when v_given ? 'sku' then private.tidy_line(v_given ->> 'sku') else v_variant.sku end;
    if v_sku is not null and exists (
      select
      from public.product_variants
      where product_variants.store_id = write_variants.product.store_id
        and private.fold(product_variants.sku) = private.fold(v_sku)
        and product_variants.deleted_at is null
        and product_variants.id is distinct from v_variant.id
    ) then
      raise sqlstate 'PT409' using
        message = format('Another product of this store has the SKU %s.', v_sku), detail = 'sku_taken';
    end if;

    if v_variant.id is null then
      insert into public.product_variants (
        product_id, store_id, sku, title, option_values, mrp_amount, price_amount, currency, position, is_active, is_in_stock
      )
      values (
        write_variants.product.id, write_variants.product.store_id, v_sku,
        coalesce(nullif(array_to_string(v_values, ' / '), ''), 'Default'),
        v_values, v_mrp, v_price, write_variants.product.currency, v_position,
        coalesce((v_given ->> 'is_active')::boolean, true), coalesce(v_quantity > 0, false)
      )
      returning product_variants.id into v_id;
      if v_quantity > 0 then
        perform private.move_stock(v_id, v_quantity::integer, 'initial', null, write_variants.actor_id);
      end if;
    else
      v_id := v_variant.id;
      update public.product_variants
      set sku = v_sku,
        title = coalesce(nullif(array_to_string(v_values, ' / '), ''), 'Default'),
        option_values = v_values,
        mrp_amount = v_mrp,
        price_amount = v_price,
        position = v_position,
        is_active = coalesce((v_given ->> 'is_active')::boolean, v_variant.is_active)
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
    v_kept := v_kept || v_id;
  end loop;

  update public.product_variants
  set is_active = false, deleted_at = now()
  where product_variants.product_id = write_variants.product.id
    and product_variants.deleted_at is null
    and product_variants.id <> all (v_kept);
end;
$$;
comment on function private.write_variants(public.products, jsonb, uuid) is
  'Brings the variants of a product to this list. Errors: invalid_variants, variant_does_not_fit_options, variant_not_found, duplicate_variant, invalid_amount, invalid_price, invalid_quantity, sku_taken, stock_changed.';
