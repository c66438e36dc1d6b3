-- What a cart costs right now: the one computation behind the cart page, the quote and the checkout, so that the
-- three cannot disagree. Everything is rounded once, half up, to what can be charged: a percentage when it is
-- taken, tax per line. What is then spread over lines keeps its sum: by largest remainder.

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
  'One line of a priced cart. Amounts in minor units; *_discount_amount are coupons, platform_reduction_amount is '
  'the platform''s part in the price itself.';

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
  'The part of a priced cart that one store would get as an order. order_id is the id that order will have, if it '
  'is placed.';

create type private.priced_coupon as (
  coupon_id uuid,
  code text,
  store_id uuid,
  kind text,
  amount bigint,
  problem text
);
comment on type private.priced_coupon is
  'A coupon in a cart: what it takes off, or the machine code of why it does not.';

create type private.priced_cart as (
  lines private.priced_line[],
  stores private.priced_store[],
  coupons private.priced_coupon[]
);
comment on type private.priced_cart is 'A whole cart, priced. Null arrays where there is nothing.';
