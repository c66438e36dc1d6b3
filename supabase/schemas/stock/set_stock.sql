-- Stock as somebody counted it. The caller also says what the screen showed: if orders came in between, the count
-- is out of date, and writing it would bring sold pieces back.
create or replace function private.set_stock(
  variant_id uuid,
  expected integer,
  quantity integer
) returns public.stock_levels
language plpgsql volatile
security definer -- clients hold no write grant on stock
set search_path = ''
as $$
declare
  v_user_id uuid := private.require_user();
  v_level public.stock_levels;
begin
  if not exists (
    select
    from public.product_variants
    where product_variants.id = set_stock.variant_id
      and product_variants.store_id = any (private.my_scopes())
  ) then
    raise sqlstate 'PT404' using
      message = 'Your stores have no such variant.', detail = 'variant_not_found';
  end if;
  if set_stock.quantity is null or set_stock.quantity not between 0 and 1000000 then
    raise sqlstate 'PT422' using
      message = 'Stock is a whole number from zero to a million.', detail = 'invalid_quantity';
  end if;

  select * into strict v_level
  from public.stock_levels
  where stock_levels.variant_id = set_stock.variant_id
  for no key update;
  if v_level.on_hand is distinct from set_stock.expected then
    raise sqlstate 'PT409' using
      message = format('There are %s pieces on hand now.', v_level.on_hand), detail = 'stock_changed',
      hint = 'Look again and send the number you saw as `expected`.';
  end if;
  if v_level.on_hand = set_stock.quantity then
    return v_level;
  end if;
  return private.move_stock(set_stock.variant_id, set_stock.quantity - v_level.on_hand, 'count', null, v_user_id);
end;
$$;
comment on function private.set_stock(uuid, integer, integer) is 'See public.set_stock.';
grant execute on function private.set_stock(uuid, integer, integer) to anon, authenticated;

create or replace function public.set_stock(
  variant_id uuid,
  expected integer,
  quantity integer
) returns public.stock_levels
language sql volatile security invoker
set search_path = ''
as $$
  select * from private.set_stock(set_stock.variant_id, set_stock.expected, set_stock.quantity);
$$;
comment on function public.set_stock(uuid, integer, integer) is
  'Sets the pieces on hand to a counted number, provided they still are what you expected. For every member of '
  'the store. '
  'Errors: not_signed_in, account_required, session_revoked, variant_not_found, invalid_quantity, stock_changed, '
  'insufficient_stock.';
grant execute on function public.set_stock(uuid, integer, integer) to anon, authenticated;
