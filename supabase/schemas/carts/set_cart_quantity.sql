-- Sets a quantity instead of adding to it, so a retry changes nothing. Setting a line that is not in the cart is an
-- error: the page that asks for it shows a cart that has changed since.
create or replace function private.set_cart_quantity(variant_id uuid, quantity integer, cart_token text) returns jsonb
language plpgsql volatile
security definer -- visitors hold no grant on carts
set search_path = ''
set plan_cache_mode = force_generic_plan -- the plans never depend on the values, and planning costs more than running
set enable_seqscan = off -- plans are kept: one made while a table was small must not outlive it
as $$
declare
  v_cart_id uuid := private.require_cart(set_cart_quantity.cart_token);
begin
  if set_cart_quantity.quantity is null or set_cart_quantity.quantity < 0 or set_cart_quantity.quantity > 100000 then
    raise sqlstate 'PT422' using
      message = 'A quantity is a whole number from 0.', detail = 'invalid_quantity';
  end if;

  if set_cart_quantity.quantity = 0 then
    delete from public.cart_items
    where cart_items.cart_id = v_cart_id and cart_items.variant_id = set_cart_quantity.variant_id;
  else
    update public.cart_items
    set quantity = set_cart_quantity.quantity
    where cart_items.cart_id = v_cart_id and cart_items.variant_id = set_cart_quantity.variant_id;
  end if;
  if not found then
    raise sqlstate 'PT404' using
      message = 'That is not in the cart.', detail = 'cart_item_not_found';
  end if;

  if set_cart_quantity.quantity > 0 then
    perform private.check_line(set_cart_quantity.variant_id, set_cart_quantity.quantity);
  end if;
  return private.cart_json(v_cart_id, auth.uid());
end;
$$;
comment on function private.set_cart_quantity(uuid, integer, text) is 'See public.set_cart_quantity.';
grant execute on function private.set_cart_quantity(uuid, integer, text) to anon, authenticated;

create or replace function public.set_cart_quantity(
  variant_id uuid, quantity integer, cart_token text default null
) returns jsonb
language plpgsql volatile security invoker
set search_path = ''
as $$
begin
  return private.set_cart_quantity(
    set_cart_quantity.variant_id, set_cart_quantity.quantity, set_cart_quantity.cart_token
  );
end;
$$;
comment on function public.set_cart_quantity(uuid, integer, text) is
  'Sets how many of a line are wanted; 0 removes it. Returns the cart. Errors: cart_not_found, cart_item_not_found, '
  'invalid_quantity, product_not_found, out_of_stock, invalid_cart_token.';
grant execute on function public.set_cart_quantity(uuid, integer, text) to anon, authenticated;
