-- For frontends that keep a cart on the device, offline or from an earlier shop system: all lines in one call, and
-- what cannot be bought any more is left out, because nobody is there to be asked about it.
create or replace function private.merge_cart(items jsonb, cart_token text) returns jsonb
language plpgsql volatile
security definer -- visitors hold no grant on carts
set search_path = ''
set enable_seqscan = off -- plans are kept: one made while a table was small must not outlive it
as $$
declare
  v_cart public.carts;
  v_token text;
  v_variant_ids uuid[];
  v_quantities integer[];
begin
  if jsonb_typeof(merge_cart.items) is distinct from 'array' or jsonb_array_length(merge_cart.items) > 500 then
    raise sqlstate 'PT422' using
      message = 'items is a list of at most 500 lines.', detail = 'invalid_items',
      hint = 'Send [{"variant_id": "…", "quantity": 2}, …].';
  end if;
  if exists (
    select from jsonb_array_elements(merge_cart.items) as item
    where jsonb_typeof(item.value) <> 'object'
      or coalesce(item.value ->> 'variant_id', '') !~* '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$'
      or jsonb_typeof(item.value -> 'quantity') is distinct from 'number'
      or item.value ->> 'quantity' !~ '^[1-9][0-9]{0,5}$'
  ) then
    raise sqlstate 'PT422' using
      message = 'Each line has a variant_id and a whole quantity from 1.', detail = 'invalid_items',
      hint = 'Send [{"variant_id": "…", "quantity": 2}, …].';
  end if;
  select array_agg((item.value ->> 'variant_id')::uuid), array_agg((item.value ->> 'quantity')::integer)
  into v_variant_ids, v_quantities
  from jsonb_array_elements(merge_cart.items) as item;

  v_cart := private.lock_cart(merge_cart.cart_token);
  if v_cart.id is null then
    select opened.cart_id, opened.token into v_cart.id, v_token from private.open_cart() as opened;
  end if;
  perform private.merge_lines(v_cart.id, v_variant_ids, v_quantities);
  return private.cart_json(v_cart.id, auth.uid(), token => v_token);
end;
$$;
comment on function private.merge_cart(jsonb, text) is 'See public.merge_cart.';
grant execute on function private.merge_cart(jsonb, text) to anon, authenticated;

create or replace function public.merge_cart(items jsonb, cart_token text default null) returns jsonb
language plpgsql volatile security invoker
set search_path = ''
as $$
begin
  return private.merge_cart(merge_cart.items, merge_cart.cart_token);
end;
$$;
comment on function public.merge_cart(jsonb, text) is
  'Adds the lines that a client kept locally ([{"variant_id", "quantity"}]) to the caller''s cart: quantities added, '
  'capped by stock of up to ten and by the limit per line, what is not sold any more left out. Returns the cart, with '
  'a `token` if a visitor''s cart was opened. Errors: invalid_items, cart_full, invalid_cart_token.';
grant execute on function public.merge_cart(jsonb, text) to anon, authenticated;
