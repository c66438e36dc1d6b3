create or replace function private.tg_products__sample() returns trigger
language plpgsql volatile
security definer -- the sample is granted to nobody
set search_path = ''
as $$
declare
  v_product_ids uuid[];
begin
  select array_agg(new_rows.id) into v_product_ids
  from new_rows
  where new_rows.is_sampled;
  if v_product_ids is not null then
    perform private.copy_product_sample(v_product_ids);
  end if;
  return null;
end;
$$;
comment on function private.tg_products__sample() is 'After insert or update of products: copies those of the sample.';

create or replace trigger _600_sample_insert
  after insert on public.products
  referencing new table as new_rows
  for each statement execute function private.tg_products__sample();

create or replace trigger _600_sample_update
  after update on public.products
  referencing new table as new_rows
  for each statement execute function private.tg_products__sample();
