-- The button. One transaction: either everything below happened, or nothing did. The order of its steps is the order of its
-- locks (key, cart, stock in key order, coupons in key order, the stores' number counters last), which is what keeps two of
-- them from waiting for each other; cancelling and paying take them in the same order.
create function private.checkout(
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
  if idempotency_key is null or length(idempotency_key) > 255 or idempotency_key !~ '^[\x21-\x7e]+$' then
    raise sqlstate 'PT422' using
      message = 'A checkout needs a key of 1 to 255 visible ASCII characters.', detail = 'invalid_idempotency_key',
      hint = 'Make a UUID when the page opens, and send the same one when you retry.';
  end if;
  if payment_method is null or payment_method not in ('card', 'cash_on_delivery') then
    raise sqlstate 'PT422' using
      message = 'Pay by card or cash_on_delivery.', detail = 'invalid_payment_method';
  end if;
  if jsonb_typeof(shipping_methods) <> 'object' then
    raise sqlstate 'PT422' using
      message = 'shipping_methods is an object.', detail = 'invalid_shipping_method',
      hint = 'Send {"<store_id>": "<shipping_method_id>"}.';
  end if;

  -- Already done? Repeats of one key queue here, so the second finds what the first left.
  v_request_hash := sha256(convert_to(
    row(payment_method, shipping_address_id, shipping_address, shipping_methods, cart_id, store_ids, expected_total_amount)::text,
    'UTF8'
  ));
  perform pg_advisory_xact_lock(hashtextextended(v_customer_id::text || idempotency_key, 0));
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
    if cart_id is not null then
      raise sqlstate 'PT404' using
        message = 'There is no such cart.', detail = 'cart_not_found', hint = 'Claim a visitor''s cart with claim_cart first.';
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

  v_cart := private.price_cart(v_cart_id, v_customer_id, store_ids, shipping_methods);
  v_lines := v_cart.lines;
  v_stores := v_cart.stores;
  if v_lines is null then
    raise sqlstate 'PT409' using
      message = 'The cart is empty.', detail = 'cart_empty';
  end if;
  perform private.check_priced_cart(v_cart, shipping_methods);

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
  if v_total_amount <> expected_total_amount then
    raise sqlstate 'PT409' using
      message = 'The total has changed.', detail = 'total_changed',
      hint = format('It is %s now. Show it, and check out again.', v_total_amount);
  end if;
  v_address := private.shipping_address(v_customer_id, shipping_address_id, shipping_address);
  if v_address is null and not v_customer.is_pickup then
    raise sqlstate 'PT422' using
      message = 'Where should it go?', detail = 'address_required', hint = 'Send shipping_address_id or shipping_address.';
  end if;

  -- Cash is collected at the door, and nothing is collected for nothing: those are orders now. A card has to pay first.
  v_is_confirmed := payment_method = 'cash_on_delivery' or v_total_amount = 0;
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

  -- Numbers have no gaps, so their counters stay locked until commit: everything that may refuse has been asked before.
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
      id, checkout_id, store_id, customer_id, number, reference, status, payment_status, payment_method, currency, item_count,
      subtotal_amount, discount_amount, platform_discount_amount, shipping_amount, tax_amount, included_tax_amount, total_amount,
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
    returning id, store_id, number, reference, status, total_amount
  ),
  lines as (
    insert into public.order_lines (
      order_id, store_id, customer_id, position, product_id, variant_id, product_name, variant_title, sku, image_path, quantity,
      mrp_amount, list_amount, unit_price_amount, subtotal_amount, discount_amount, tax_rate_bps, tax_amount,
      included_tax_amount, total_amount
    )
    select
      placed.id, line.store_id, v_customer_id, line.position, line.product_id, line.variant_id, line.product_name,
      line.variant_title, line.sku, line.image_path, line.quantity, line.mrp_amount, line.list_amount, line.unit_price_amount,
      line.subtotal_amount, line.store_discount_amount + line.platform_discount_amount, line.tax_rate_bps, line.tax_amount,
      line.included_tax_amount, line.total_amount
    from unnest(v_lines) as line
    join placed on placed.store_id = line.store_id
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

  if store_ids is null then
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

  v_response := jsonb_build_object(
    'checkout_id', v_checkout_id,
    'status', case when v_is_confirmed then 'confirmed' else 'pending' end,
    'payment_method', payment_method,
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

create function private.check_priced_cart(cart private.priced_cart, shipping_methods jsonb) returns void
language plpgsql stable
set search_path = ''
as $$
declare
  v_line private.priced_line;
  v_part private.priced_store;
  v_coupon private.priced_coupon;
begin
  foreach v_line in array cart.lines loop
    -- The operator may have lowered the limit since.
    perform private.check_line_limit(v_line.quantity);
    if v_line.availability = 'available' then
      continue;
    end if;
    if v_line.availability = 'unavailable' then
      raise sqlstate 'PT409' using
        message = format('%s is not for sale any more.', v_line.product_name), detail = 'item_unavailable',
        hint = 'Remove it from the cart.';
    end if;
    if v_line.availability = 'store_closed' then
      raise sqlstate 'PT409' using
        message = 'This store takes no orders at the moment.', detail = 'store_closed';
    end if;
    raise sqlstate 'PT409' using
      message = case
        when v_line.available = 0 then format('%s is sold out.', v_line.product_name)
        when private.shown_stock(v_line.available) is null
          then format('So many of %s are not left.', v_line.product_name)
        else format('Only %s of %s are left.', v_line.available, v_line.product_name)
      end,
      detail = 'out_of_stock',
      hint = format(
        'variant_id: %s, available: %s',
        v_line.variant_id, coalesce(private.shown_stock(v_line.available)::text, 'more than 10')
      );
  end loop;

  foreach v_part in array cart.stores loop
    if v_part.currency <> cart.stores[1].currency then
      raise sqlstate 'PT422' using
        message = 'Stores of different currencies are paid one by one.', detail = 'mixed_currencies',
        hint = 'Send store_ids, and check out once for each currency.';
    end if;
    if shipping_methods ? v_part.store_id::text
      and v_part.shipping_method_id::text is distinct from shipping_methods ->> v_part.store_id::text
    then
      raise sqlstate 'PT422' using
        message = 'That store does not offer this shipping method.', detail = 'invalid_shipping_method';
    end if;
  end loop;

  if cart.coupons is not null then
    foreach v_coupon in array cart.coupons loop
      if v_coupon.problem is not null then
        perform private.refuse_coupon(v_coupon.problem, v_coupon.code);
      end if;
    end loop;
  end if;
end;
$$;
comment on function private.check_priced_cart(private.priced_cart, jsonb) is
  'Refuses a cart that cannot be ordered as it stands; nothing is dropped silently. Errors: invalid_quantity, '
  'item_unavailable, store_closed, out_of_stock, mixed_currencies, invalid_shipping_method, those of refuse_coupon.';

create function private.take_coupons(
  coupons private.priced_coupon[], stores private.priced_store[], checkout_id uuid, customer_id uuid
) returns void
language plpgsql volatile
security definer -- counts uses in tables that clients cannot write
set search_path = ''
as $$
declare
  v_coupon public.coupons;
  v_amount bigint;
begin
  for v_coupon in
    select coupons.* from public.coupons
    where coupons.id in (select taken.coupon_id from unnest(take_coupons.coupons) as taken)
    order by coupons.id
    for no key update
  loop
    -- Asked again now that the row is ours: another checkout may have taken the last use since it was priced.
    if v_coupon.used_count >= v_coupon.usage_limit then
      perform private.refuse_coupon('coupon_used_up', v_coupon.code);
    end if;
    if v_coupon.per_customer_limit <= (
      select count(*) from public.coupon_redemptions
      where coupon_redemptions.user_id = customer_id
        and coupon_redemptions.coupon_id = v_coupon.id
        and coupon_redemptions.status = 'active'
    ) then
      perform private.refuse_coupon('coupon_limit_reached', v_coupon.code);
    end if;
    if v_coupon.is_first_order_only and exists (
      select from public.orders
      where orders.customer_id = take_coupons.customer_id
        and orders.status <> 'cancelled'
        and (v_coupon.store_id is null or orders.store_id = v_coupon.store_id)
    ) then
      perform private.refuse_coupon('coupon_first_order_only', v_coupon.code);
    end if;

    update public.coupons set used_count = coupons.used_count + 1 where coupons.id = v_coupon.id;
    select case v_coupon.kind
      when 'free_shipping' then coalesce((
        select sum(part.shipping_rate_amount) from unnest(take_coupons.stores) as part
        where v_coupon.store_id is null or part.store_id = v_coupon.store_id
      ), 0)
      else taken.amount
    end
    into v_amount
    from unnest(take_coupons.coupons) as taken
    where taken.coupon_id = v_coupon.id;
    insert into public.coupon_redemptions (coupon_id, checkout_id, store_id, user_id, amount)
    values (v_coupon.id, take_coupons.checkout_id, v_coupon.store_id, customer_id, v_amount);
  end loop;
end;
$$;
comment on function private.take_coupons(private.priced_coupon[], private.priced_store[], uuid, uuid) is
  'Counts one use of each coupon for this checkout, under the lock of its row. Errors: coupon_used_up, coupon_limit_reached, coupon_first_order_only.';

create function public.checkout(
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
    idempotency_key, payment_method, shipping_address_id, shipping_address, shipping_methods, cart_id, store_ids,
    expected_total_amount
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
