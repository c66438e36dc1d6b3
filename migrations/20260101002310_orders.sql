-- One order per store in a checkout. Everything that the invoice needs is copied here when the order is placed: prices,
-- names and addresses may change afterwards, those of an order do not.
create table public.orders (
  id uuid primary key default private.uuid_v7(),
  checkout_id uuid not null references public.checkouts (id) on delete restrict,
  store_id uuid not null references public.stores (id) on delete restrict,
  customer_id uuid references auth.users (id) on delete set null,
  number bigint,
  reference text,
  status text not null,
  payment_status text not null default 'unpaid',
  payment_method text not null,
  currency text not null,
  item_count integer not null,
  subtotal_amount bigint not null,
  discount_amount bigint not null,
  platform_discount_amount bigint not null default 0,
  shipping_amount bigint not null,
  tax_amount bigint not null,
  included_tax_amount bigint not null,
  total_amount bigint not null,
  refunding_amount bigint not null default 0,
  refunded_amount bigint not null default 0,
  shipping_method_name text,
  shipping_kind text,
  shipping_address jsonb,
  customer_name text,
  customer_phone text,
  customer_email text,
  cancel_reason text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  confirmed_at timestamptz,
  shipped_at timestamptz,
  delivered_at timestamptz,
  received_at timestamptz,
  cancelled_at timestamptz,
  constraint orders_status_check check (
    status in ('pending', 'confirmed', 'processing', 'shipped', 'delivered', 'received', 'cancelled')
  ),
  constraint orders_payment_status_check check (
    payment_status in ('unpaid', 'paid', 'partially_refunded', 'refunded')
  ),
  constraint orders_payment_method_check check (payment_method in ('card', 'cash_on_delivery')),
  constraint orders_amounts_are_not_negative_check check (
    subtotal_amount >= 0 and discount_amount >= 0 and shipping_amount >= 0 and tax_amount >= 0
    and included_tax_amount >= 0 and total_amount >= 0
  ),
  constraint orders_discount_amount_check check (discount_amount <= subtotal_amount and platform_discount_amount >= 0),
  constraint orders_total_is_the_sum_of_its_parts_check check (
    total_amount = subtotal_amount - discount_amount + shipping_amount + tax_amount
  ),
  constraint orders_never_refund_more_than_their_total_check check (
    refunding_amount >= 0 and refunded_amount >= 0 and refunding_amount + refunded_amount <= total_amount
  ),
  constraint orders_refund_what_was_paid_check check (
    payment_status <> 'unpaid' or refunding_amount + refunded_amount = 0
  ),
  constraint orders_are_numbered_once_confirmed_check check (
    (number is null) = (reference is null)
    and (number is not null or status in ('pending', 'cancelled'))
  ),
  constraint orders_cards_are_paid_before_work_starts_check check (
    payment_method <> 'card' or payment_status <> 'unpaid' or status in ('pending', 'cancelled')
  ),
  constraint orders_cash_is_paid_at_delivery_check check (
    status not in ('delivered', 'received') or payment_status <> 'unpaid'
  ),
  constraint orders_item_count_check check (item_count > 0)
) with (fillfactor = 80);
create unique index orders_store_id_number_key on public.orders (store_id, number) where number is not null;
create index orders_checkout_id_idx on public.orders (checkout_id);
create index orders_customer_id_idx on public.orders (customer_id, id);
create index orders_store_id_idx on public.orders (store_id, id);
create index orders_store_id_status_idx on public.orders (store_id, status, id);

alter table public.orders enable row level security;
grant select on public.orders to authenticated, service_role;
-- No write is granted: checkout, advance_order, cancel_order, confirm_receipt and payments move an order.

comment on table public.orders is
  'What a customer bought from one store, as it was when bought. Seen by the customer and by the store''s '
  'members. Lists page by id, which is time-ordered.';
comment on column public.orders.number is
  'Running number within the store, without gaps; given when the order is confirmed, so an abandoned payment uses '
  'none.';
comment on column public.orders.reference is 'What people call the order: the store''s prefix and the number.';
comment on column public.orders.status is
  'How far the order is fulfilled. What was paid and given back stands in payment_status.';
comment on column public.orders.subtotal_amount is
  'Sum of the lines at the price shown (store discounts included), before coupons.';
comment on column public.orders.discount_amount is 'Coupons, spread over the lines.';
comment on column public.orders.platform_discount_amount is
  'What the platform pays for: its coupons, free shipping by them, and its own discounts within the prices. It '
  'owes this amount to the store.';
comment on column public.orders.tax_amount is
  'Tax on top of the prices (store sells tax-exclusive), the sum of the lines'' tax.';
comment on column public.orders.included_tax_amount is
  'Tax contained in the prices (store sells tax-inclusive). For information; not part of the sum.';
comment on column public.orders.refunding_amount is 'Approved refunds that the provider has not confirmed yet.';
comment on column public.orders.refunded_amount is 'Refunds that succeeded, and shares of disputes that were lost.';
comment on column public.orders.shipping_address is
  'Copy of the address: recipient_name, phone, line1, line2, city, region, postal_code, country_code. Null for '
  'pickup.';
comment on column public.orders.cancel_reason is
  'A machine word (customer, store, payment_expired, refunded) or what they wrote. refunded: everything went back '
  'at the provider.';

create table public.order_lines (
  id uuid primary key default private.uuid_v7(),
  order_id uuid not null references public.orders (id) on delete restrict,
  store_id uuid not null,
  customer_id uuid,
  position integer not null,
  product_id uuid not null,
  variant_id uuid not null,
  product_name text not null,
  variant_title text,
  sku text,
  image_path text,
  quantity integer not null,
  mrp_amount bigint,
  list_amount bigint not null,
  unit_price_amount bigint not null,
  subtotal_amount bigint not null,
  discount_amount bigint not null default 0,
  tax_rate_bps integer not null default 0,
  tax_amount bigint not null default 0,
  included_tax_amount bigint not null default 0,
  total_amount bigint not null,
  refunded_quantity integer not null default 0,
  created_at timestamptz not null default now(),
  constraint order_lines_quantity_check check (quantity > 0),
  constraint order_lines_unit_price_amount_check check (unit_price_amount >= 0),
  constraint order_lines_subtotal_amount_check check (subtotal_amount = unit_price_amount * quantity),
  constraint order_lines_discount_amount_check check (discount_amount between 0 and subtotal_amount),
  constraint order_lines_tax_amount_check check (tax_amount >= 0 and included_tax_amount >= 0),
  constraint order_lines_total_amount_check check (total_amount = subtotal_amount - discount_amount + tax_amount),
  constraint order_lines_refunded_quantity_check check (refunded_quantity between 0 and quantity)
);
create index order_lines_order_id_idx on public.order_lines (order_id, position);

alter table public.order_lines enable row level security;
grant select on public.order_lines to authenticated, service_role;

comment on table public.order_lines is 'Lines of an order: copies of what was bought, at the price it was bought for.';
comment on column public.order_lines.store_id is 'Copied from the order, so that access needs no join.';
comment on column public.order_lines.customer_id is 'Copied from the order, so that access needs no join.';
comment on column public.order_lines.product_id is
  'The product that was bought. No foreign key: a past order outlives its product.';
comment on column public.order_lines.variant_id is
  'The variant that was bought. No foreign key: a past order outlives its product.';
comment on column public.order_lines.list_amount is 'Price of one piece before discounts, in minor units.';
comment on column public.order_lines.unit_price_amount is
  'Price of one piece after the store''s discounts, before coupons, in minor units.';
comment on column public.order_lines.discount_amount is 'This line''s share of the coupons.';
comment on column public.order_lines.refunded_quantity is
  'How many of the pieces refunds have given back; a refund that failed does not count.';

-- The counter behind orders.number: a row, not a sequence, because a sequence leaves gaps when a transaction rolls
-- back.
create table private.order_numbers (
  store_id uuid primary key references public.stores (id) on delete cascade,
  last_number bigint not null default 0,
  constraint order_numbers_last_number_check check (last_number >= 0)
) with (fillfactor = 50);
alter table private.order_numbers enable row level security;
comment on table private.order_numbers is
  'The last order number of each store. Locked until commit, which is what keeps numbers without gaps; therefore '
  'always taken last.';
