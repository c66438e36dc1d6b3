-- Who used which coupon, where. One row per coupon and checkout: a platform coupon over three stores' orders is one
-- use.
create table public.coupon_redemptions (
  id uuid primary key default private.uuid_v7(),
  coupon_id uuid not null references public.coupons (id) on delete restrict,
  checkout_id uuid not null references public.checkouts (id) on delete restrict,
  store_id uuid,
  user_id uuid references auth.users (id) on delete set null,
  amount bigint not null,
  status text not null default 'active',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint coupon_redemptions_coupon_id_checkout_id_key unique (coupon_id, checkout_id),
  constraint coupon_redemptions_amount_check check (amount >= 0),
  constraint coupon_redemptions_status_check check (status in ('active', 'released'))
);
create index coupon_redemptions_checkout_id_idx on public.coupon_redemptions (checkout_id);
create index coupon_redemptions_user_id_idx on public.coupon_redemptions (user_id, coupon_id);

alter table public.coupon_redemptions enable row level security;
grant select on public.coupon_redemptions to authenticated, service_role;

comment on table public.coupon_redemptions is
  'Uses of coupons. A use is released when every order it was for is cancelled, and may then be made again.';
comment on column public.coupon_redemptions.store_id is
  'The coupon''s store, copied so that access needs no join: the use belongs to the checkout''s order of that '
  'store. Null is the platform, whose coupon may span several orders.';
comment on column public.coupon_redemptions.amount is
  'What was taken off: goods, or shipping for a free_shipping coupon.';
