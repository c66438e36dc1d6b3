-- Adding opens a cart when there is none, so that a frontend needs no step before the first click on "add". A
-- visitor's cart has no owner that could be looked up: a secret token opens it, which is told once, in the answer
-- to the call that made it.
create or replace function private.add_to_cart(
  variant_id uuid, quantity integer, product_id uuid, cart_token text, with_cart boolean
) returns jsonb
language plpgsql volatile
security definer -- visitors hold no grant on carts
set search_path = ''
set plan_cache_mode = force_generic_plan -- the plans never depend on the values, and planning costs more than running
set enable_seqscan = off -- plans are kept: one made while a table was small must not outlive it
as $$
declare
  v_variant_id uuid := coalesce(add_to_cart.variant_id, private.choose_variant(add_to_cart.product_id));
  v_cart public.carts;
  v_token text;
  v_quantity integer;
begin
  if add_to_cart.quantity is null or add_to_cart.quantity < 1 or add_to_cart.quantity > 100000 then
    raise sqlstate 'PT422' using
      message = 'A quantity is a whole number from 1.', detail = 'invalid_quantity';
  end if;

  v_cart := private.lock_cart(add_to_cart.cart_token);
  if v_cart.id is null then
    select opened.cart_id, opened.token into v_cart.id, v_token from private.open_cart() as opened;
  elsif (
    select count(*) from public.cart_items
    where cart_items.cart_id = v_cart.id and cart_items.variant_id <> v_variant_id
  ) >= (select settings.max_cart_lines from private.settings) then
    raise sqlstate 'PT422' using
      message = 'The cart is full.', detail = 'cart_full', hint = 'Check out, or remove something first.';
  end if;

  insert into public.cart_items (cart_id, variant_id, quantity)
  select v_cart.id, product_variants.id, add_to_cart.quantity
  from public.product_variants
  where product_variants.id = v_variant_id
  on conflict on constraint cart_items_pkey do update
  set quantity = least(cart_items.quantity + excluded.quantity, 100000)
  returning cart_items.quantity into v_quantity;

  perform private.check_line(v_variant_id, v_quantity);
  if add_to_cart.with_cart is false then
    return jsonb_strip_nulls(jsonb_build_object('id', v_cart.id, 'token', v_token));
  end if;
  return private.cart_json(v_cart.id, auth.uid(), token => v_token);
end;
$$;
comment on function private.add_to_cart(uuid, integer, uuid, text, boolean) is 'See public.add_to_cart.';
grant execute on function private.add_to_cart(uuid, integer, uuid, text, boolean) to anon, authenticated;

create or replace function public.add_to_cart(
  variant_id uuid default null, quantity integer default 1, product_id uuid default null, cart_token text default null,
  with_cart boolean default true
) returns jsonb
language plpgsql volatile security invoker
set search_path = ''
as $$
begin
  return private.add_to_cart(
    add_to_cart.variant_id, add_to_cart.quantity, add_to_cart.product_id, add_to_cart.cart_token, add_to_cart.with_cart
  );
end;
$$;
comment on function public.add_to_cart(uuid, integer, uuid, text, boolean) is
  'Puts a variant (or the product''s only variant) into the caller''s cart and returns the cart. A visitor without a '
  'cart gets one, with a secret `token` that is told this once: keep it and send it as cart_token or header '
  'x-cart-token. with_cart => false answers only {id, token}, which costs half: for lists that show no cart. Errors: '
  'product_not_found, variant_required, invalid_quantity, out_of_stock, cart_full, invalid_cart_token.';
grant execute on function public.add_to_cart(uuid, integer, uuid, text, boolean) to anon, authenticated;
