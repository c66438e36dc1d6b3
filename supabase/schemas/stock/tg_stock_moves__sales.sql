create or replace function private.tg_stock_moves__sales() returns trigger
language plpgsql volatile
security definer -- product_sales is granted to nobody
set search_path = ''
as $$
begin
  insert into private.product_sales (variant_id, quantity) values (new.variant_id, -new.quantity);
  return null;
end;
$$;
comment on function private.tg_stock_moves__sales() is
  'After insert of a sale or return: notes it for private.count_product_sales().';

create or replace trigger _500_sales
  after insert on public.stock_moves
  for each row when (new.reason in ('sale', 'return'))
  execute function private.tg_stock_moves__sales();
