-- While a variant is not for sale, nobody is told that it came back into stock; so they are told when it is offered
-- again.
create or replace function private.tg_product_variants__back_on_sale() returns trigger
language plpgsql volatile
security definer -- requests, outbox and notifications are granted to nobody here
set search_path = ''
as $$
begin
  perform private.notify_back_in_stock(array[new.id]);
  return null;
end;
$$;
comment on function private.tg_product_variants__back_on_sale() is
  'After a variant with stock is activated: tells the customers who asked for it.';

create or replace trigger _600_back_on_sale
  after update on public.product_variants
  for each row when (new.is_active and not old.is_active and new.is_in_stock)
  execute function private.tg_product_variants__back_on_sale();
