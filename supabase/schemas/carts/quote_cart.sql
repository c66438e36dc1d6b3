-- The price of checking out before anybody checks out. Checkout runs the same computation, and refuses when the
-- total is not the one that was quoted here.
create or replace function public.quote_cart(
  shipping_methods jsonb default null, cart_token text default null
) returns jsonb
language plpgsql stable security invoker
set search_path = ''
as $$
begin
  if jsonb_typeof(quote_cart.shipping_methods) <> 'object' then
    raise sqlstate 'PT422' using
      message = 'shipping_methods is an object.', detail = 'invalid_shipping_method',
      hint = 'Send {"<store_id>": "<shipping_method_id>"}.';
  end if;
  return private.get_cart(quote_cart.cart_token, quote_cart.shipping_methods);
end;
$$;
comment on function public.quote_cart(jsonb, text) is
  'What checkout would charge now, with these shipping methods ({"<store_id>": "<shipping_method_id>"}; a store that '
  'is not named gets its first). Send its total_amount as expected_total_amount. Errors: invalid_shipping_method, '
  'invalid_cart_token.';
grant execute on function public.quote_cart(jsonb, text) to anon, authenticated;
