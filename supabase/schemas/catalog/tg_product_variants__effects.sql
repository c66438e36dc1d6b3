-- What follows from a variant: its stock row, and the price and availability that its product shows.
create or replace function private.tg_product_variants__effects() returns trigger
language plpgsql volatile
security definer -- stock rows and derived columns are granted to nobody
set search_path = ''
as $$
declare
  v_product_ids uuid[];
begin
  if tg_op = 'INSERT' then
    insert into public.stock_levels (variant_id, store_id)
    select new_rows.id, new_rows.store_id
    from new_rows;
    select array_agg(distinct new_rows.product_id) into v_product_ids from new_rows;
  else
    select array_agg(distinct new_rows.product_id) into v_product_ids
    from new_rows
    join old_rows on old_rows.id = new_rows.id
    where (new_rows.price_amount, new_rows.mrp_amount, new_rows.is_active, new_rows.is_in_stock)
      is distinct from (old_rows.price_amount, old_rows.mrp_amount, old_rows.is_active, old_rows.is_in_stock);
  end if;
  if v_product_ids is not null then
    perform private.refresh_products(v_product_ids);
  end if;
  return null;
end;
$$;
comment on function private.tg_product_variants__effects() is
  'After insert or update of variants: makes their stock rows and refreshes their products.';

create or replace trigger _500_effects_insert
  after insert on public.product_variants
  referencing new table as new_rows
  for each statement execute function private.tg_product_variants__effects();

create or replace trigger _500_effects_update
  after update on public.product_variants
  referencing old table as old_rows new table as new_rows
  for each statement execute function private.tg_product_variants__effects();
