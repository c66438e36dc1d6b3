-- What a cart costs right now: the one computation behind the cart page, the quote and the checkout, so that the three
-- cannot disagree. Everything is rounded once, half up, to what can be charged: a percentage when it is taken, tax per line.
-- What is then spread over lines keeps its sum: by largest remainder.

create type private.priced_line as (
  position integer,
  variant_id uuid,
  product_id uuid,
  store_id uuid,
  currency text,
  product_name text,
  product_slug text,
  variant_title text,
  sku text,
  image_path text,
  quantity integer,
  mrp_amount bigint,
  list_amount bigint,
  unit_price_amount bigint,
  subtotal_amount bigint,
  store_discount_amount bigint,
  platform_discount_amount bigint,
  platform_reduction_amount bigint,
  is_tax_inclusive boolean,
  tax_rate_bps integer,
  tax_amount bigint,
  included_tax_amount bigint,
  total_amount bigint,
  available integer,
  availability text
);
comment on type private.priced_line is
  'One line of a priced cart. Amounts in minor units; *_discount_amount are coupons, platform_reduction_amount is the platform''s part in the price itself.';

create type private.priced_store as (
  order_id uuid,
  store_id uuid,
  currency text,
  order_prefix text,
  item_count integer,
  subtotal_amount bigint,
  discount_amount bigint,
  platform_discount_amount bigint,
  shipping_method_id uuid,
  shipping_method_name text,
  shipping_kind text,
  shipping_rate_amount bigint,
  shipping_amount bigint,
  tax_amount bigint,
  included_tax_amount bigint,
  total_amount bigint
);
comment on type private.priced_store is
  'The part of a priced cart that one store would get as an order. order_id is the id that order will have, if it is placed.';

create type private.priced_coupon as (
  coupon_id uuid,
  code text,
  store_id uuid,
  kind text,
  amount bigint,
  problem text
);
comment on type private.priced_coupon is 'A coupon in a cart: what it takes off, or the machine code of why it does not.';

create type private.priced_cart as (
  lines private.priced_line[],
  stores private.priced_store[],
  coupons private.priced_coupon[]
);
comment on type private.priced_cart is 'A whole cart, priced. Null arrays where there is nothing.';

create function private.coupon_problem(
  coupon public.coupons, customer_id uuid, goods_amount bigint, currencies text[]
) returns text
language plpgsql stable
set search_path = ''
as $$
begin
  return case
    when not coupon.is_active then 'coupon_not_found'
    when coupon.starts_at > now() then 'coupon_not_started'
    when coupon.ends_at <= now() then 'coupon_expired'
    when coupon.used_count >= coupon.usage_limit then 'coupon_used_up'
    when goods_amount is null then
      case when coupon.currency <> all (currencies) then 'coupon_currency_mismatch' else 'coupon_without_items' end
    when goods_amount < coupon.min_order_amount then 'coupon_below_minimum'
    when customer_id is null then null
    when coupon.per_customer_limit <= (
      select count(*) from public.coupon_redemptions
      where coupon_redemptions.user_id = customer_id
        and coupon_redemptions.coupon_id = coupon.id
        and coupon_redemptions.status = 'active'
    ) then 'coupon_limit_reached'
    when coupon.is_first_order_only and exists (
      select from public.orders
      where orders.customer_id = coupon_problem.customer_id
        and orders.status <> 'cancelled'
        and (coupon.store_id is null or orders.store_id = coupon.store_id)
    ) then 'coupon_first_order_only'
  end;
end;
$$;
comment on function private.coupon_problem(public.coupons, uuid, bigint, text[]) is
  'Why a coupon does not hold for this customer and this much of its goods (null: none in the cart), or null when it does.';

create function private.price_coupons(
  lines private.priced_line[], cart_id uuid, customer_id uuid, is_part boolean
) returns private.priced_cart
language plpgsql stable
set search_path = ''
as $$
declare
  v_lines private.priced_line[] := lines;
  v_coupons private.priced_coupon[];
  v_coupon public.coupons;
  v_goods bigint;
  v_rest bigint;
  v_amount bigint;
  v_step bigint;
  v_shares bigint[];
  v_problem text;
  v_currencies text[] := (select array_agg(distinct line.currency) from unnest(lines) as line);
begin
  -- Stores' coupons first, the platform's on what is left: few rows, and each depends on those before it.
  for v_coupon in
    select coupons.*
    from public.cart_coupons
    join public.coupons on coupons.id = cart_coupons.coupon_id
    where cart_coupons.cart_id = price_coupons.cart_id
    order by coupons.store_id nulls last
  loop
    select
      sum(line.subtotal_amount),
      sum(line.subtotal_amount - line.store_discount_amount - line.platform_discount_amount),
      max(private.money_step(line.currency))
    into v_goods, v_rest, v_step
    from unnest(v_lines) as line
    where (v_coupon.store_id is null or line.store_id = v_coupon.store_id)
      and (v_coupon.currency is null or line.currency = v_coupon.currency);

    continue when is_part and v_goods is null;

    v_problem := private.coupon_problem(v_coupon, customer_id, v_goods, v_currencies);
    v_amount := 0;
    if v_problem is null and v_coupon.kind <> 'free_shipping' and v_rest > 0 then
      v_amount := least(
        case v_coupon.kind
          -- Half up, as everything that is worked out; never more than was allowed.
          when 'percentage' then div(v_rest::numeric * v_coupon.percent_bps + 5000 * v_step, 10000 * v_step)::bigint * v_step
          else v_coupon.amount
        end,
        v_coupon.max_discount_amount,
        v_rest
      ) / v_step * v_step;
      -- Spread by value: the shares add up exactly, none exceeds its line. Positions count the lines from 1.
      v_shares := private.allocate(
        v_amount,
        array(
          select
            case
              when (v_coupon.store_id is null or line.store_id = v_coupon.store_id)
                and (v_coupon.currency is null or line.currency = v_coupon.currency)
              then line.subtotal_amount - line.store_discount_amount - line.platform_discount_amount
              else 0
            end
          from unnest(v_lines) as line
          order by line.position
        ),
        v_step
      );
      select array_agg(
        (
          line.position, line.variant_id, line.product_id, line.store_id, line.currency, line.product_name,
          line.product_slug, line.variant_title, line.sku, line.image_path, line.quantity, line.mrp_amount,
          line.list_amount, line.unit_price_amount, line.subtotal_amount,
          line.store_discount_amount + case when v_coupon.store_id is null then 0 else line.share end,
          line.platform_discount_amount + case when v_coupon.store_id is null then line.share else 0 end,
          line.platform_reduction_amount, line.is_tax_inclusive, line.tax_rate_bps, line.tax_amount, line.included_tax_amount, line.total_amount,
          line.available, line.availability
        )::private.priced_line
        order by line.position
      )
      into v_lines
      from (
        select line.*, v_shares[line.position] as share from unnest(v_lines) as line
      ) as line;
    end if;
    v_coupons := v_coupons
      || (v_coupon.id, v_coupon.code, v_coupon.store_id, v_coupon.kind, v_amount, v_problem)::private.priced_coupon;
  end loop;
  return (v_lines, null, v_coupons)::private.priced_cart;
end;
$$;
comment on function private.price_coupons(private.priced_line[], uuid, uuid, boolean) is
  'Spreads the cart''s coupons over its lines; for a part of a cart, coupons that are for another part are left out. What is wrong with a coupon is told, not raised: a cart page shows it.';

create function private.price_cart(
  cart_id uuid, customer_id uuid, store_ids uuid[] default null, shipping_methods jsonb default null
) returns private.priced_cart
language plpgsql stable
security definer -- prices carts whose lines the caller may not read directly
set search_path = ''
as $$
declare
  v_lines private.priced_line[];
  v_stores private.priced_store[];
  v_coupons private.priced_coupon[];
  v_has_coupons boolean;
  v_priced private.priced_cart;
  v_free_stores uuid[];
  v_is_free boolean := false;
begin
  select
    array_agg(
      (
        item.position, item.variant_id, item.product_id, item.store_id, item.currency, item.product_name,
        item.product_slug, item.variant_title, item.sku, item.image_path, item.quantity, item.mrp_amount,
        item.list_amount, item.unit_price_amount, item.subtotal_amount, 0, 0,
        item.platform_reduction_amount, item.is_tax_inclusive, item.tax_rate_bps,
        tax.on_top, tax.within, item.subtotal_amount + tax.on_top,
        item.available,
        case
          when not item.is_sold then 'unavailable'
          when not item.is_open then 'store_closed'
          when item.available = 0 then 'out_of_stock'
          when item.available < item.quantity then 'insufficient_stock'
          else 'available'
        end
      )::private.priced_line
      order by item.position
    ),
    exists (select from public.cart_coupons where cart_coupons.cart_id = price_cart.cart_id)
  into v_lines, v_has_coupons
  from (
    select
      (row_number() over (order by cart_items.created_at, cart_items.variant_id))::integer as position,
      cart_items.variant_id, cart_items.quantity,
      price.product_id, price.store_id, price.currency, price.mrp_amount, price.list_amount, price.unit_price_amount,
      price.unit_price_amount * cart_items.quantity as subtotal_amount,
      price.platform_discount_amount * cart_items.quantity as platform_reduction_amount,
      case when product_variants.option_values <> '{}' then product_variants.title end as variant_title, product_variants.sku,
      products.name as product_name, products.slug as product_slug,
      (
        select product_media.path from public.product_media
        where product_media.product_id = products.id
        order by product_media.position, product_media.id
        limit 1
      ) as image_path,
      stores.is_tax_inclusive, stores.tax_rate_bps, stores.is_open,
      products.is_listed and product_variants.is_active as is_sold,
      coalesce(stock_levels.on_hand - stock_levels.reserved, 0) as available
    from public.cart_items
    join private.variant_prices(
      array(select cart_items.variant_id from public.cart_items where cart_items.cart_id = price_cart.cart_id), now()
    ) as price on price.variant_id = cart_items.variant_id
    join public.product_variants on product_variants.id = cart_items.variant_id
    join public.products on products.id = product_variants.product_id
    join public.stores on stores.id = product_variants.store_id
    left join public.stock_levels on stock_levels.variant_id = cart_items.variant_id
    where cart_items.cart_id = price_cart.cart_id
      and (store_ids is null or product_variants.store_id = any (store_ids))
  ) as item
  cross join lateral (
    -- Half up. Prices contain the tax, or it is added to them.
    select
      case when item.is_tax_inclusive then 0 else div(item.subtotal_amount::numeric * item.tax_rate_bps + 5000 * money.step, 10000 * money.step)::bigint * money.step end as on_top,
      case
        when item.is_tax_inclusive then div(2 * item.subtotal_amount::numeric * item.tax_rate_bps + 10000 + item.tax_rate_bps, 2 * (10000 + item.tax_rate_bps))::bigint
        else 0
      end as within
    from (select private.money_step(item.currency) as step offset 0) as money
  ) as tax;

  if v_has_coupons then
    v_priced := private.price_coupons(v_lines, cart_id, customer_id, store_ids is not null);
    v_coupons := v_priced.coupons;
    select array_agg(coupon.store_id) filter (where coupon.store_id is not null), coalesce(bool_or(coupon.store_id is null), false)
    into v_free_stores, v_is_free
    from unnest(v_coupons) as coupon
    where coupon.kind = 'free_shipping' and coupon.problem is null;
    select array_agg(
      (
        line.position, line.variant_id, line.product_id, line.store_id, line.currency, line.product_name,
        line.product_slug, line.variant_title, line.sku, line.image_path, line.quantity, line.mrp_amount,
        line.list_amount, line.unit_price_amount, line.subtotal_amount, line.store_discount_amount,
        line.platform_discount_amount, line.platform_reduction_amount, line.is_tax_inclusive, line.tax_rate_bps,
        tax.on_top, tax.within, line.net_amount + tax.on_top,
        line.available, line.availability
      )::private.priced_line
      order by line.position
    )
    into v_lines
    from (
      select line.*, line.subtotal_amount - line.store_discount_amount - line.platform_discount_amount as net_amount
      from unnest(v_priced.lines) as line
    ) as line
    cross join lateral (
      -- Half up. Prices contain the tax, or it is added to them.
      select
        case when line.is_tax_inclusive then 0 else div(line.net_amount::numeric * line.tax_rate_bps + 5000 * money.step, 10000 * money.step)::bigint * money.step end as on_top,
        case
          when line.is_tax_inclusive then div(2 * line.net_amount::numeric * line.tax_rate_bps + 10000 + line.tax_rate_bps, 2 * (10000 + line.tax_rate_bps))::bigint
          else 0
        end as within
      from (select private.money_step(line.currency) as step offset 0) as money
    ) as tax;
  end if;

  select array_agg(
    (
      private.uuid_v7(), part.store_id, part.currency, part.order_prefix, part.item_count,
      part.subtotal_amount, part.discount_amount,
      part.platform_discount_amount + case when part.free_by = 'platform' then part.rate_amount else 0 end,
      part.shipping_method_id, part.shipping_method_name, part.shipping_kind, part.rate_amount,
      case when part.free_by is null then part.rate_amount else 0 end,
      part.tax_amount, part.included_tax_amount,
      part.subtotal_amount - part.discount_amount + part.tax_amount
        + case when part.free_by is null then part.rate_amount else 0 end
    )::private.priced_store
    order by part.store_id
  )
  into v_stores
  from (
    select
      goods.*,
      stores.order_prefix,
      method.id as shipping_method_id, method.name as shipping_method_name, method.kind as shipping_kind,
      case
        when method.kind = 'free_over' and goods.subtotal_amount - goods.discount_amount >= method.free_over_amount then 0
        else coalesce(method.rate_amount, 0)
      end as rate_amount,
      case
        when goods.store_id = any (v_free_stores) then 'store'
        when v_is_free then 'platform'
      end as free_by
    from (
      select
        line.store_id,
        min(line.currency) as currency,
        sum(line.quantity)::integer as item_count,
        sum(line.subtotal_amount)::bigint as subtotal_amount,
        sum(line.store_discount_amount + line.platform_discount_amount)::bigint as discount_amount,
        sum(line.platform_discount_amount + line.platform_reduction_amount)::bigint as platform_discount_amount,
        sum(line.tax_amount)::bigint as tax_amount,
        sum(line.included_tax_amount)::bigint as included_tax_amount
      from unnest(v_lines) as line
      group by line.store_id
    ) as goods
    join public.stores on stores.id = goods.store_id
    left join lateral (
      select shipping_methods.id, shipping_methods.name, shipping_methods.kind, shipping_methods.rate_amount, shipping_methods.free_over_amount
      from public.shipping_methods
      where shipping_methods.store_id = goods.store_id
        and shipping_methods.is_active
        and shipping_methods.currency = goods.currency
        and coalesce(shipping_methods.id::text = price_cart.shipping_methods ->> goods.store_id::text, true)
      order by shipping_methods.position, shipping_methods.id
      limit 1
    ) as method on true
  ) as part;

  return (v_lines, v_stores, v_coupons)::private.priced_cart;
end;
$$;
comment on function private.price_cart(uuid, uuid, uuid[], jsonb) is
  'Prices a cart as it stands: lines with discounts, coupons and tax, the order each store would get, and what its coupons did. shipping_methods: {"<store_id>": "<shipping_method_id>"}; a store that is not named gets its first method.';
