-- Carts live on the server, so that they follow a person from one device to the next and from visitor to customer.
-- A cart holds what and how many, never a price: prices are quoted live each time it is shown.
create table public.carts (
  id uuid primary key default private.uuid_v7(),
  user_id uuid references auth.users (id) on delete cascade,
  token_hash bytea,
  status text not null default 'active',
  expires_at timestamptz not null,
  reminded_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint carts_status_check check (status in ('active', 'checked_out', 'claimed', 'expired')),
  constraint carts_belong_to_someone_check check (user_id is not null or token_hash is not null),
  constraint carts_token_hash_check check (octet_length(token_hash) = 32)
);
-- Carts without a user are in neither of these: looking for a token must never walk the carts that have no user.
create unique index carts_one_active_per_user_key on public.carts (user_id)
  where status = 'active' and user_id is not null;
create index carts_user_id_idx on public.carts (user_id, status) where user_id is not null;
create unique index carts_token_hash_key on public.carts (token_hash) where token_hash is not null;
-- `expires_at is not null` is true of every row. It keeps this index to queries that look for a date: a plan made
-- while the table was small might otherwise look for the cart of one customer by walking all active carts.
create index carts_expires_at_idx on public.carts (expires_at) where status = 'active' and expires_at is not null;

alter table public.carts enable row level security;
grant select on public.carts to authenticated, service_role;
-- No write is granted: carts are made, claimed and closed by functions.

comment on table public.carts is
  'Shopping carts of customers and of visitors. A visitor''s cart is opened by a secret token and by nothing '
  'else; its id opens nothing.';
comment on column public.carts.token_hash is
  'SHA-256 of the visitor''s token. The token itself is told once and never stored. Kept after a claim, so that '
  'claiming twice does no more than once.';
comment on column public.carts.user_id is 'The customer; set when a visitor signs in and claims the cart.';
comment on column public.carts.expires_at is
  'When the cart expires (UTC). Postponed while somebody uses it, in steps of a day, so that most changes leave '
  'the row alone.';
comment on column public.carts.reminded_at is
  'When the customer was reminded of what is still in it; once per cart.';

create table public.cart_items (
  cart_id uuid not null references public.carts (id) on delete cascade,
  variant_id uuid not null references public.product_variants (id) on delete cascade,
  quantity integer not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint cart_items_pkey primary key (cart_id, variant_id),
  constraint cart_items_quantity_check check (quantity between 1 and 100000)
);
create index cart_items_variant_id_idx on public.cart_items (variant_id);

alter table public.cart_items enable row level security;
grant select, update (quantity), delete on public.cart_items to authenticated;
grant select on public.cart_items to service_role;
-- `insert` is not granted: add_to_cart checks availability and opens the cart when there is none.

comment on table public.cart_items is
  'One line per variant in a cart. Customers change quantities and remove lines of their own active cart.';

create table public.cart_coupons (
  cart_id uuid not null references public.carts (id) on delete cascade,
  coupon_id uuid not null references public.coupons (id) on delete cascade,
  store_id uuid,
  created_at timestamptz not null default now(),
  constraint cart_coupons_pkey primary key (cart_id, coupon_id),
  constraint cart_coupons_one_per_store_key unique nulls not distinct (cart_id, store_id)
);
create index cart_coupons_coupon_id_idx on public.cart_coupons (coupon_id);
alter table public.cart_coupons enable row level security;
grant select on public.cart_coupons to authenticated, service_role;

comment on table public.cart_coupons is
  'Coupons that a customer entered: at most one of each store, and one of the platform. Whether they apply is '
  'decided at every quote and again at checkout.';
comment on column public.cart_coupons.store_id is
  'The coupon''s store, copied so that a constraint can keep it to one each; null is the platform.';
