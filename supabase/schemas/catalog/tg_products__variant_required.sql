-- Every product has a variant by the time its transaction ends.
create or replace function private.tg_products__variant_required() returns trigger
language plpgsql stable
security definer -- sees variants whatever the caller may see
set search_path = ''
as $$
begin
  if not exists (select from public.product_variants where product_variants.product_id = new.id) then
    raise sqlstate 'PT422' using
      message = 'A product needs at least one variant.', detail = 'variant_required';
  end if;
  return null;
end;
$$;
comment on function private.tg_products__variant_required() is
  'At the end of the transaction that inserts a product. Errors: variant_required.';

drop trigger if exists _900_variant_required on public.products;
create constraint trigger _900_variant_required
  after insert on public.products
  deferrable initially deferred
  for each row execute function private.tg_products__variant_required();
