-- Codes that take money off. `used_count` moves in the transaction of the checkout, while it holds the lock of the
-- row, so that a code is never used more often than allowed.
create table public.coupons (
  id uuid primary key default private.uuid_v7(),
  store_id uuid references public.stores (id) on delete cascade,
  code text not null,
  kind text not null,
  percent_bps integer,
  amount bigint,
  currency text references public.currencies (code) on delete restrict,
  min_order_amount bigint not null default 0,
  max_discount_amount bigint,
  starts_at timestamptz not null default now(),
  ends_at timestamptz,
  usage_limit integer,
  per_customer_limit integer,
  is_first_order_only boolean not null default false,
  funded_by text not null generated always as (case when store_id is null then 'platform' else 'store' end) stored,
  used_count integer not null default 0,
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint coupons_code_check check (code ~ '^[A-Za-z0-9_-]{3,32}$'),
  constraint coupons_kind_check check (kind in ('percentage', 'amount', 'free_shipping')),
  constraint coupons_percent_bps_check check (
    (kind = 'percentage') = (percent_bps is not null) and percent_bps between 1 and 10000
  ),
  constraint coupons_amount_check check (
    (kind = 'amount') = (amount is not null) and amount between 1 and 1000000000000
  ),
  constraint coupons_currency_check check (
    case
      when currency is null then amount is null and max_discount_amount is null and min_order_amount = 0
      else length(currency) = 3
    end
  ),
  constraint coupons_min_order_amount_check check (min_order_amount between 0 and 1000000000000),
  constraint coupons_max_discount_amount_check check (max_discount_amount between 1 and 1000000000000),
  constraint coupons_ends_after_it_starts_check check (
    ends_at > starts_at and isfinite(starts_at) and isfinite(ends_at)
  ),
  constraint coupons_usage_limit_check check (usage_limit > 0),
  constraint coupons_per_customer_limit_check check (per_customer_limit > 0),
  constraint coupons_are_never_used_too_often_check check (used_count >= 0 and used_count <= usage_limit)
);
create unique index coupons_store_id_code_key on public.coupons (store_id, private.fold(code)) nulls not distinct;
create index coupons_currency_idx on public.coupons (currency);

alter table public.coupons enable row level security;
grant select on public.coupons to authenticated, service_role;
grant
  insert (
    store_id, code, kind, percent_bps, amount, currency, min_order_amount, max_discount_amount,
    starts_at, ends_at, usage_limit, per_customer_limit, is_first_order_only, is_active
  ),
  update (
    code, percent_bps, amount, min_order_amount, max_discount_amount,
    starts_at, ends_at, usage_limit, per_customer_limit, is_first_order_only, is_active
  )
  on public.coupons to authenticated;
-- `delete` is not granted: redemptions refer to a coupon for ever; `is_active = false` retires it.
-- `used_count` is not granted: only checkout and cancellation move it.

comment on table public.coupons is
  'Discount codes of a store, or of the platform (store_id null). Seen by their store''s members only: customers '
  'type codes, they do not list them.';
comment on column public.coupons.code is
  'As the vendor writes it. Compared without case: unique within the store on private.fold(code).';
comment on column public.coupons.kind is 'percentage or amount off the goods, or free_shipping.';
comment on column public.coupons.percent_bps is 'kind = percentage: hundredths of a percent, 1000 is 10 %.';
comment on column public.coupons.min_order_amount is
  'What the goods that the coupon applies to must cost together, before coupons, in minor units.';
comment on column public.coupons.max_discount_amount is
  'The most that is taken off one checkout, in minor units.';
comment on column public.coupons.usage_limit is 'How often everybody together may use it; null: no limit.';
comment on column public.coupons.per_customer_limit is 'How often one customer may use it; null: no limit.';
comment on column public.coupons.funded_by is
  'Who pays for the discount: the platform for its own coupons, else the store.';
comment on column public.coupons.used_count is
  'How often it was used. A use is given back when every order that it was for is cancelled.';
