create or replace function private.write_variants(
  product public.products,
  variants jsonb,
  places integer[],
  actor_id uuid
) returns void
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
  -- First, variants give up what they will lose (their place in the list, their SKU, their values); then others
  -- take it. So two may swap their SKUs in one call.
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
        message = format('No card can be charged the third decimal of %s.', write_variants.product.currency),
        detail = 'invalid_price',
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
        product_id, store_id, sku, title, option_values, mrp_amount, price_amount, currency, position, is_active,
        is_in_stock
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
      -- Saving a form must not undo the sales made since it was opened.
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
  'Makes the variants of a product those of this list: changes, adds and retires. places: what write_options '
  'returned. Amounts in minor units. '
  'Errors: invalid_variants, variant_does_not_fit_options, variant_not_found, duplicate_variant, invalid_amount, '
  'invalid_price, invalid_quantity, sku_taken, stock_changed.';
