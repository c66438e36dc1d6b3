-- Removes one line. Removing what is not there succeeds as well: two tabs, or a retry, want the same end.
create or replace function private.remove_from_cart(variant_id uuid, cart_token text) returns jsonb
language plpgsql volatile
security definer -- visitors hold no grant on carts
set search_path = ''
set enable_seqscan = off -- plans are kept: one made while a table was small must not outlive it
as $$
declare
  v_cart_id uuid := private.require_cart(remove_from_cart.cart_token);
begin
  delete from public.cart_items
  where cart_items.cart_id = v_cart_id and cart_items.variant_id = remove_from_cart.variant_id;
  return private.cart_json(v_cart_id, auth.uid());
end;
$$;
comment on function private.remove_from_cart(uuid, text) is 'See public.remove_from_cart.';
grant execute on function private.remove_from_cart(uuid, text) to anon, authenticated;

create or replace function public.remove_from_cart(variant_id uuid, cart_token text default null) returns jsonb
language plpgsql volatile security invoker
set search_path = ''
as $$
begin
  return private.remove_from_cart(remove_from_cart.variant_id, remove_from_cart.cart_token);
end;
$$;
comment on function public.remove_from_cart(uuid, text) is
  'Takes a line out of the cart and returns the cart. Repeating it changes nothing. Errors: cart_not_found, '
  'invalid_cart_token.';
grant execute on function public.remove_from_cart(uuid, text) to anon, authenticated;
