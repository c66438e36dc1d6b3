-- What follows from a change of stock: availability on variants and products, and alerts. All of it only when a line is
-- crossed, so an ordinary sale of a well-stocked product touches nothing but its stock row.
create or replace function private.tg_stock_levels__low() returns trigger
language plpgsql volatile
set search_path = ''
as $$
begin
  new.is_low := new.on_hand - new.reserved <= new.low_stock_threshold and new.low_stock_threshold > 0;
  return new;
end;
$$;
comment on function private.tg_stock_levels__low() is 'Before insert or update: whether stock is low. Remembered, so that an alert is sent once per crossing.';

create or replace trigger _200_low_insert
  before insert on public.stock_levels
  for each row execute function private.tg_stock_levels__low();
create or replace trigger _200_low_update
  before update on public.stock_levels
  for each row
  when (new.is_low is distinct from (new.on_hand - new.reserved <= new.low_stock_threshold and new.low_stock_threshold > 0))
  execute function private.tg_stock_levels__low();
