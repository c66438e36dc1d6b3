-- A store is alerted once each time stock falls to its threshold, so the row remembers that it is low.
create or replace function private.tg_stock_levels__low() returns trigger
language plpgsql volatile
set search_path = ''
as $$
begin
  new.is_low := new.on_hand - new.reserved <= new.low_stock_threshold and new.low_stock_threshold > 0;
  return new;
end;
$$;
comment on function private.tg_stock_levels__low() is
  'Before insert or update of a stock row: sets whether stock is low.';

create or replace trigger _200_low_insert
  before insert on public.stock_levels
  for each row execute function private.tg_stock_levels__low();
create or replace trigger _200_low_update
  before update on public.stock_levels
  for each row
  when (
    new.is_low
      is distinct from (new.on_hand - new.reserved <= new.low_stock_threshold and new.low_stock_threshold > 0)
  )
  execute function private.tg_stock_levels__low();
