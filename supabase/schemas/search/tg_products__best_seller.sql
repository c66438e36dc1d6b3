create or replace function private.tg_products__best_seller() returns trigger
language plpgsql volatile
security definer -- the line is granted to nobody
set search_path = ''
as $$
begin
  -- Locked for share: the line does not move between this look and our commit.
  select new.sales_count >= best_seller_line.sales_count into strict new.is_best_seller
  from private.best_seller_line
  for share;
  return new;
end;
$$;
comment on function private.tg_products__best_seller() is
  'Before a write of sales_count: sets whether the product lies above the line of best sellers.';

create or replace trigger _200_best_seller_insert
  before insert on public.products
  for each row
  when (new.sales_count > 0)
  execute function private.tg_products__best_seller();

create or replace trigger _200_best_seller_update
  before update of sales_count on public.products
  for each row
  when (new.sales_count <> old.sales_count)
  execute function private.tg_products__best_seller();
