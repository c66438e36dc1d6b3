-- A plain update of one's own line is bound by the same limit as the verbs.
create or replace function private.tg_cart_items__limit() returns trigger
language plpgsql
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
