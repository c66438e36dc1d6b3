create or replace function private.choose_variant(product_id uuid) returns uuid
language plpgsql stable
security definer -- visitors may pass products they cannot see; they learn nothing but "not found"
set search_path = ''
as $$
declare
  v_variant_ids uuid[] := array(
    select product_variants.id from public.product_variants
    where product_variants.product_id = choose_variant.product_id and product_variants.is_active
    limit 2
  );
begin
  if cardinality(v_variant_ids) > 1 then
    raise sqlstate 'PT422' using
      message = 'Choose which one.', detail = 'variant_required', hint = 'Send variant_id instead of product_id.';
  end if;
  return v_variant_ids[1];
end;
$$;
comment on function private.choose_variant(uuid) is
  'The variant of a product that has only one. Errors: variant_required.';
