-- Turns a cart into orders, in one transaction: either everything below happened, or nothing did. Its steps stand
-- in the order of their locks (idempotency key, cart, stock by variant, coupons by id, last the counters of the
-- order numbers). Cancelling and paying lock in the same order, so that none of them ever waits for another in a
-- circle.
create or replace function private.checkout(
  idempotency_key text, payment_method text, shipping_address_id uuid, shipping_address jsonb, shipping_methods jsonb,
  cart_id uuid, store_ids uuid[], expected_total_amount bigint
) returns jsonb
language plpgsql volatile
security definer -- clients hold no write grant on orders, stock or coupons
set search_path = ''
set plan_cache_mode = force_generic_plan -- the plans never depend on the values, and planning costs more than running
set enable_seqscan = off -- plans are kept: one made while a table was small must not outlive it
as $$
declare
  v_customer_id uuid := private.require_user();
  v_request_hash bytea;
  v_known private.idempotency_keys;
  v_cart_id uuid;
  v_cart private.priced_cart;
  v_lines private.priced_line[];
  v_stores private.priced_store[];
  v_customer record;
  v_address jsonb;
  v_checkout_id uuid := private.uuid_v7();
  v_total_amount bigint;
  v_is_confirmed boolean;
  v_expires_at timestamptz;
  v_orders jsonb;
  v_response jsonb;
  v_count integer;
begin
  if checkout.idempotency_key is null
    or length(checkout.idempotency_key) > 255
    or checkout.idempotency_key !~ '^[\x21-\x7e]+$'
  then
    raise sqlstate 'PT422' using
      message = 'A checkout needs a key of 1 to 255 visible ASCII characters.', detail = 'invalid_idempotency_key',
      hint = 'Make a UUID when the page opens, and send the same one when you retry.';
  end if;
  if checkout.payment_method is null or checkout.payment_method not in ('card', 'cash_on_delivery') then
    raise sqlstate 'PT422' using
      message = 'Pay by card or cash_on_delivery.', detail = 'invalid_payment_method';
  end if;
  if jsonb_typeof(checkout.shipping_methods) <> 'object' then
    raise sqlstate 'PT422' using
      message = 'shipping_methods is an object.', detail = 'invalid_shipping_method',
      hint = 'Send {"<store_id>": "<shipping_method_id>"}.';
  end if;

  -- Already done? Two requests with the same key meet at this lock, and the second finds the answer of the first.
  v_request_hash := sha256(convert_to(
    row(
      checkout.payment_method, checkout.shipping_address_id, checkout.shipping_address, checkout.shipping_methods,
      checkout.cart_id, checkout.store_ids, checkout.expected_total_amount
    )::text,
    'UTF8'
  ));
  perform pg_advisory_xact_lock(hashtextextended(v_customer_id::text || checkout.idempotency_key, 0));
  select * into v_known from private.idempotency_keys
  where idempotency_keys.actor = v_customer_id
    and idempotency_keys.verb = 'checkout'
    and idempotency_keys.key = checkout.idempotency_key;
  if found then
    if v_known.request_hash <> v_request_hash then
      raise sqlstate 'PT409' using
        message = 'This key was used for another checkout.', detail = 'idempotency_key_reused',
        hint = 'Make a new key for a new checkout.';
    end if;
    return v_known.response;
  end if;

  -- Nobody changes the cart from here on: what is priced below is what is ordered.
  select carts.id into v_cart_id from public.carts
  where carts.user_id = v_customer_id
    and carts.status = 'active'
    and (checkout.cart_id is null or carts.id = checkout.cart_id)
  for no key update;
  if not found then
    if checkout.cart_id is not null then
      raise sqlstate 'PT404' using
        message = 'There is no such cart.', detail = 'cart_not_found',
        hint = 'Claim a visitor''s cart with claim_cart first.';
    end if;
    raise sqlstate 'PT409' using
      message = 'The cart is empty.', detail = 'cart_empty';
  end if;

  perform from public.stock_levels
  where stock_levels.variant_id in (
      select cart_items.variant_id from public.cart_items where cart_items.cart_id = v_cart_id
    )
    and (checkout.store_ids is null or stock_levels.store_id = any (checkout.store_ids))
  order by stock_levels.variant_id
  for no key update;

  v_cart := private.price_cart(v_cart_id, v_customer_id, checkout.store_ids, checkout.shipping_methods);
  v_lines := v_cart.lines;
  v_stores := v_cart.stores;
  if v_lines is null then
    raise sqlstate 'PT409' using
      message = 'The cart is empty.', detail = 'cart_empty';
  end if;
  perform private.check_priced_cart(v_cart, checkout.shipping_methods);

  select
    profiles.full_name, profiles.phone, profiles.email,
    exists (
      select from public.store_members
      where store_members.user_id = v_customer_id
        and store_members.store_id in (select part.store_id from unnest(v_stores) as part)
    ) as is_seller,
    (select sum(part.total_amount) from unnest(v_stores) as part) as total_amount,
    (select bool_and(part.shipping_kind is not distinct from 'pickup') from unnest(v_stores) as part) as is_pickup
  into v_customer
  from (select) as nobody
  left join public.profiles on profiles.id = v_customer_id;
  if v_customer.is_seller then
    raise sqlstate 'PT403' using
      message = 'A store''s members cannot buy from it.', detail = 'own_product';
  end if;
  v_total_amount := v_customer.total_amount;
  if v_total_amount <> checkout.expected_total_amount then
    raise sqlstate 'PT409' using
      message = 'The total has changed.', detail = 'total_changed',
      hint = format('It is %s now. Show it, and check out again.', v_total_amount);
  end if;
  v_address := private.shipping_address(v_customer_id, checkout.shipping_address_id, checkout.shipping_address);
  if v_address is null and not v_customer.is_pickup then
    raise sqlstate 'PT422' using
      message = 'Where should it go?', detail = 'address_required',
      hint = 'Send shipping_address_id or shipping_address.';
  end if;

  -- Cash is collected at the door, and an order over nothing needs no payment: both are confirmed now. A card pays
  -- first.
  v_is_confirmed := checkout.payment_method = 'cash_on_delivery' or v_total_amount = 0;
  if v_is_confirmed then
    update public.stock_levels
    set on_hand = stock_levels.on_hand - line.quantity
    from unnest(v_lines) as line
    where stock_levels.variant_id = line.variant_id;
  else
    select now() + make_interval(mins => settings.reservation_minutes) into v_expires_at from private.settings;
    update public.stock_levels
    set reserved = stock_levels.reserved + line.quantity
    from unnest(v_lines) as line
    where stock_levels.variant_id = line.variant_id;
  end if;
  get diagnostics v_count = row_count;
  if v_count <> cardinality(v_lines) then
    raise exception 'checkout: % of % stock rows changed', v_count, cardinality(v_lines);
  end if;

  insert into public.checkouts (id, user_id, cart_id, payment_method, status, currency, total_amount, expires_at)
  values (
    v_checkout_id, v_customer_id, v_cart_id, checkout.payment_method,
    case when v_is_confirmed then 'confirmed' else 'pending' end,
    v_stores[1].currency, v_total_amount, v_expires_at
  );

  -- Order numbers have no gaps, so the counters stay locked until commit. They come last, when nothing can refuse any
  -- more.
  if v_cart.coupons is not null then
    perform private.take_coupons(v_cart.coupons, v_stores, v_checkout_id, v_customer_id);
  end if;
  with numbered as (
    insert into private.order_numbers (store_id, last_number)
    select part.store_id, 1
    from unnest(v_stores) as part
    where v_is_confirmed
    order by part.store_id
    on conflict (store_id) do update set last_number = order_numbers.last_number + 1
    returning order_numbers.store_id, order_numbers.last_number
  ),
  placed as (
    insert into public.orders (
      id, checkout_id, store_id, customer_id, number, reference, status, payment_status, payment_method,
      currency, item_count, subtotal_amount, discount_amount, platform_discount_amount, shipping_amount, tax_amount,
      included_tax_amount, total_amount,
      shipping_method_name, shipping_kind, shipping_address, customer_name, customer_phone, customer_email, confirmed_at
    )
    select
      part.order_id, v_checkout_id, part.store_id, v_customer_id,
      numbered.last_number, part.order_prefix || numbered.last_number,
      case when v_is_confirmed then 'confirmed' else 'pending' end,
      case when v_is_confirmed and part.total_amount = 0 then 'paid' else 'unpaid' end,
      checkout.payment_method, part.currency, part.item_count,
      part.subtotal_amount, part.discount_amount, part.platform_discount_amount, part.shipping_amount, part.tax_amount,
      part.included_tax_amount, part.total_amount,
      part.shipping_method_name, part.shipping_kind,
      case when part.shipping_kind is distinct from 'pickup' then v_address end,
      coalesce(v_customer.full_name, v_address ->> 'recipient_name'),
      coalesce(v_customer.phone, v_address ->> 'phone'),
      v_customer.email,
      case when v_is_confirmed then now() end
    from unnest(v_stores) as part
    left join numbered on numbered.store_id = part.store_id
    returning
      orders.id, orders.store_id, orders.number, orders.reference, orders.status, orders.total_amount
  ),
  lines as (
    insert into public.order_lines (
      order_id, store_id, customer_id, position, product_id, variant_id, product_name, variant_title, sku,
      image_path, quantity, mrp_amount, list_amount, unit_price_amount, subtotal_amount, discount_amount,
      tax_rate_bps, tax_amount, included_tax_amount, total_amount, commission_bps, commission_amount
    )
    select
      placed.id, line.store_id, v_customer_id, line.position, line.product_id, line.variant_id, line.product_name,
      line.variant_title, line.sku, line.image_path, line.quantity, line.mrp_amount, line.list_amount,
      line.unit_price_amount, line.subtotal_amount, line.store_discount_amount + line.platform_discount_amount,
      line.tax_rate_bps, line.tax_amount, line.included_tax_amount, line.total_amount, commission.bps,
      commission.amount
    from unnest(v_lines) as line
    join placed on placed.store_id = line.store_id
    join private.line_commissions(v_lines) as commission on commission.line_position = line.position
  )
  select jsonb_agg(
    jsonb_build_object(
      'id', placed.id, 'store_id', placed.store_id, 'number', placed.number, 'reference', placed.reference,
      'status', placed.status, 'total_amount', placed.total_amount
    )
    order by placed.store_id
  )
  into v_orders
  from placed;
  if v_is_confirmed then
    insert into public.stock_moves (variant_id, store_id, quantity, reason, reference_id, actor_id)
    select line.variant_id, line.store_id, -line.quantity, 'sale', part.order_id, v_customer_id
    from unnest(v_lines) as line
    join unnest(v_stores) as part on part.store_id = line.store_id;
  else
    insert into public.stock_reservations (order_id, variant_id, store_id, quantity, expires_at)
    select part.order_id, line.variant_id, line.store_id, line.quantity, v_expires_at
    from unnest(v_lines) as line
    join unnest(v_stores) as part on part.store_id = line.store_id;
  end if;

  if checkout.store_ids is null then
    update public.carts
    set status = 'checked_out', updated_at = now()
    where carts.id = v_cart_id;
  else
    delete from public.cart_items
    using unnest(v_lines) as line
    where cart_items.cart_id = v_cart_id and cart_items.variant_id = line.variant_id;
    delete from public.cart_coupons
    using unnest(v_cart.coupons) as coupon
    where cart_coupons.cart_id = v_cart_id and cart_coupons.coupon_id = coupon.coupon_id;
  end if;

  -- What costs its customer nothing is paid now; the marketplace may owe its store what it took off.
  if v_is_confirmed and exists (
    select from unnest(v_stores) as part where part.total_amount = 0 and part.platform_discount_amount > 0
  ) then
    perform private.post_sales(array(
      select part.order_id from unnest(v_stores) as part
      where part.total_amount = 0 and part.platform_discount_amount > 0
    ));
  end if;

  v_response := jsonb_build_object(
    'checkout_id', v_checkout_id,
    'status', case when v_is_confirmed then 'confirmed' else 'pending' end,
    'payment_method', checkout.payment_method,
    'currency', v_stores[1].currency,
    'total_amount', v_total_amount,
    'expires_at', v_expires_at,
    'orders', v_orders
  );
  insert into private.idempotency_keys (actor, verb, key, request_hash, response)
  values (v_customer_id, 'checkout', checkout.idempotency_key, v_request_hash, v_response);
  return v_response;
end;
$$;
comment on function private.checkout(text, text, uuid, jsonb, jsonb, uuid, uuid[], bigint) is 'See public.checkout.';
grant execute on function private.checkout(text, text, uuid, jsonb, jsonb, uuid, uuid[], bigint) to anon, authenticated;

create or replace function public.checkout(
  idempotency_key text,
  payment_method text,
  shipping_address_id uuid default null,
  shipping_address jsonb default null,
  shipping_methods jsonb default null,
  cart_id uuid default null,
  store_ids uuid[] default null,
  expected_total_amount bigint default null
) returns jsonb
language plpgsql volatile security invoker
set search_path = ''
as $$
begin
  return private.checkout(
    checkout.idempotency_key, checkout.payment_method, checkout.shipping_address_id, checkout.shipping_address,
    checkout.shipping_methods, checkout.cart_id, checkout.store_ids, checkout.expected_total_amount
  );
end;
$$;
comment on function public.checkout(text, text, uuid, jsonb, jsonb, uuid, uuid[], bigint) is
  'Orders the customer''s cart: one checkout, one order per store. card: orders wait as pending, stock is held until '
  'expires_at; pay through the function payments. cash_on_delivery: confirmed at once. The same idempotency_key and '
  'arguments return the first answer. shipping_methods: {"<store_id>": "<shipping_method_id>"}. store_ids: order only '
  'from these. expected_total_amount: refuse unless it costs exactly this. Returns {checkout_id, status, '
  'payment_method, currency, total_amount, expires_at, orders: [{id, store_id, number, reference, status, '
  'total_amount}]}. Errors: not_signed_in, account_required, session_revoked, invalid_idempotency_key, '
  'idempotency_key_reused, invalid_payment_method, cart_not_found, cart_empty, invalid_quantity, item_unavailable, '
  'store_closed, out_of_stock, mixed_currencies, invalid_shipping_method, own_product, total_changed, '
  'address_not_found, invalid_address, address_required, coupon_not_found, coupon_not_started, coupon_expired, '
  'coupon_used_up, coupon_limit_reached, coupon_first_order_only, coupon_below_minimum, coupon_currency_mismatch, '
  'coupon_without_items.';
grant execute on function public.checkout(text, text, uuid, jsonb, jsonb, uuid, uuid[], bigint) to anon, authenticated;
