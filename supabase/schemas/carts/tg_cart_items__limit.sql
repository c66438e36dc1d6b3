-- Customers may update the quantity of their own lines without a verb, so the limit per line is checked here, too.
create or replace function private.tg_cart_items__limit() returns trigger
language plpgsql volatile
security definer -- asks for the limit on behalf of customers
set search_path = ''
as $$
begin
  perform private.check_line_limit(new.quantity);
  return new;
end;
$$;
comment on function private.tg_cart_items__limit() is
  'Before a line of a cart grows: refuses more than one line may have. Errors: invalid_quantity.';

create or replace trigger _200_limit
  before update of quantity on public.cart_items
  for each row when (new.quantity > old.quantity)
  execute function private.tg_cart_items__limit();
