create or replace function private.variant_name(product_name text, variant public.product_variants) returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return concat_ws(', ', variant_name.product_name, case when variant.option_values <> '{}' then variant.title end);
end;
$$;
comment on function private.variant_name(text, public.product_variants) is
  'What people are told a variant is: its product, and which one of it.';
