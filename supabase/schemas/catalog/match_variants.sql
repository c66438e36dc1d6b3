create or replace function private.match_variants(product public.products, variants jsonb, places integer[])
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
