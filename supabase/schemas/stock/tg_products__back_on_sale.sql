-- As tg_product_variants__back_on_sale, when a whole product is listed again.
create or replace function private.tg_products__back_on_sale() returns trigger
language plpgsql volatile
security definer -- requests, outbox and notifications are granted to nobody here
set search_path = ''
as $$
declare
  v_variant_ids uuid[];
begin
  -- A store that is opened again lists all of its products: asking who waits comes first, because mostly nobody does.
  select array_agg(distinct product_variants.id) into v_variant_ids
  from public.product_variants
  join public.back_in_stock_requests on back_in_stock_requests.variant_id = product_variants.id
  where product_variants.product_id = new.id and product_variants.is_in_stock;
  if v_variant_ids is not null then
    perform private.notify_back_in_stock(v_variant_ids);
  end if;
  return null;
end;
$$;
comment on function private.tg_products__back_on_sale() is
  'After a product with stock is listed: tells the customers who asked for one of its variants.';

create or replace trigger _600_back_on_sale
  after update on public.products
  for each row when (new.is_listed and not old.is_listed and new.is_in_stock)
  execute function private.tg_products__back_on_sale();
