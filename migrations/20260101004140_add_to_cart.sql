create function private.check_line_limit(quantity integer) returns void
language plpgsql stable
security definer -- reads private.settings, which is granted to nobody
set search_path = ''
as $$
declare
  v_limit integer := (select settings.max_line_quantity from private.settings);
begin
  if quantity > v_limit then
    raise sqlstate 'PT422' using
      message = format('At most %s of one thing.', v_limit),
      detail = 'invalid_quantity',
      hint = format('limit: %s', v_limit);
  end if;
end;
$$;
comment on function private.check_line_limit(integer) is
  'Refuses more of one thing than one order may have. Errors: invalid_quantity.';

-- A plain update of one's own line is bound by the same limit as the verbs.
create function private.tg_cart_items__limit() returns trigger
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

create trigger _200_limit
  before update of quantity on public.cart_items
  for each row when (new.quantity > old.quantity)
  execute function private.tg_cart_items__limit();

create function private.check_line(variant_id uuid, quantity integer) returns void
language plpgsql stable
security definer -- reads stock, which customers do not see
set search_path = ''
as $$
declare
  v_available integer;
  v_is_sold boolean;
begin
  select stock_levels.on_hand - stock_levels.reserved, products.is_listed and product_variants.is_active
  into v_available, v_is_sold
  from public.product_variants
  join public.products on products.id = product_variants.product_id
  join public.stock_levels on stock_levels.variant_id = product_variants.id
  where product_variants.id = check_line.variant_id;

  if v_is_sold is not true then
    raise sqlstate 'PT404' using
      message = 'That product is not for sale.', detail = 'product_not_found';
  end if;
  perform private.check_line_limit(quantity);
  if v_available < quantity then
    raise sqlstate 'PT409' using
      message = case
        when v_available = 0 then 'That is sold out.'
        when private.shown_stock(v_available) is null then 'So many of them are not left.'
        else format('Only %s of them are left.', v_available)
      end,
      detail = 'out_of_stock',
      hint = format('available: %s', coalesce(private.shown_stock(v_available)::text, 'more than 10'));
  end if;
end;
$$;
comment on function private.check_line(uuid, integer) is 'Refuses what cannot be in a cart. Errors: product_not_found, out_of_stock, invalid_quantity.';

create function private.choose_variant(product_id uuid) returns uuid
language plpgsql stable
security definer -- visitors may pass products they cannot see; they learn nothing but "not found"
set search_path = ''
as $$
declare
  v_variant_ids uuid[] := array(
    select product_variants.id from public.product_variants
    where product_variants.product_id = choose_variant.product_id and product_variants.is_active
    limit 2
  );
begin
  if cardinality(v_variant_ids) > 1 then
    raise sqlstate 'PT422' using
      message = 'Choose which one.', detail = 'variant_required', hint = 'Send variant_id instead of product_id.';
  end if;
  return v_variant_ids[1];
end;
$$;
comment on function private.choose_variant(uuid) is 'The variant of a product that has only one. Errors: variant_required.';

create function private.add_to_cart(variant_id uuid, quantity integer, product_id uuid, cart_token text) returns jsonb
language plpgsql volatile
security definer -- visitors hold no grant on carts
set search_path = ''
set plan_cache_mode = force_generic_plan -- the plans never depend on the values, and planning costs more than running
set enable_seqscan = off -- plans are kept: one made while a table was small must not outlive it
as $$
declare
  v_variant_id uuid := coalesce(variant_id, private.choose_variant(product_id));
  v_cart public.carts;
  v_token text;
  v_quantity integer;
begin
  if quantity is null or quantity < 1 or quantity > 100000 then
    raise sqlstate 'PT422' using
      message = 'A quantity is a whole number from 1.', detail = 'invalid_quantity';
  end if;

  v_cart := private.lock_cart(cart_token);
  if v_cart.id is null then
    -- A token that opens nothing (expired, claimed, invented) is not taken over: a secret must be ours, and fresh.
    if auth.uid() is null then
      v_token := replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
    end if;
    v_cart.id := private.open_cart(v_token);
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
  return private.cart_json(v_cart.id, auth.uid(), token => v_token);
end;
$$;
comment on function private.add_to_cart(uuid, integer, uuid, text) is 'See public.add_to_cart.';
grant execute on function private.add_to_cart(uuid, integer, uuid, text) to anon, authenticated;

create function public.add_to_cart(
  variant_id uuid default null, quantity integer default 1, product_id uuid default null, cart_token text default null
) returns jsonb
language plpgsql volatile security invoker
set search_path = ''
as $$
begin
  return private.add_to_cart(variant_id, quantity, product_id, cart_token);
end;
$$;
comment on function public.add_to_cart(uuid, integer, uuid, text) is
  'Puts a variant (or the product''s only variant) into the caller''s cart and returns the cart. A visitor without a '
  'cart gets one, with a secret `token` that is told this once: keep it and send it as cart_token or header '
  'x-cart-token. Errors: product_not_found, variant_required, invalid_quantity, out_of_stock, cart_full, '
  'invalid_cart_token.';
grant execute on function public.add_to_cart(uuid, integer, uuid, text) to anon, authenticated;
