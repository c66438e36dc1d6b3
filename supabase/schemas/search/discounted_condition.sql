create or replace function private.discounted_condition() returns text
language plpgsql immutable
set search_path = ''
as $$
begin
  return '(products.mrp_amount > products.price_amount or exists (
    select
    from public.discounts
    where discounts.store_id = products.store_id
      and discounts.is_active
      and (discounts.starts_at is null or discounts.starts_at <= now())
      and (discounts.ends_at is null or discounts.ends_at > now())
      and (discounts.product_id is null or discounts.product_id = products.id)
      and (discounts.category_id is null or discounts.category_id = products.category_id)
  ))';
end;
$$;
comment on function private.discounted_condition() is
  'The SQL condition that a product costs less than its MRP, or that a discount on it is in force.';
