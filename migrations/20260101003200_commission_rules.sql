-- What the marketplace keeps of a sale. A rule is for everything, for one category or for one store; what it came to is
-- copied onto each order line when it is sold, so that a rule that changes later changes nothing that was sold.
create table public.commission_rules (
  id uuid primary key default private.uuid_v7(),
  store_id uuid references public.stores (id) on delete cascade,
  category_id uuid references public.categories (id) on delete cascade,
  currency text references public.currencies (code) on delete restrict,
  bps integer not null,
  fixed_amount bigint not null default 0,
  min_amount bigint not null default 0,
  max_amount bigint,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint commission_rules_scope_check check (num_nonnulls(store_id, category_id) <= 1),
  constraint commission_rules_scope_key unique nulls not distinct (store_id, category_id, currency),
  constraint commission_rules_bps_check check (bps between 0 and 10000),
  constraint commission_rules_amounts_check check (
    fixed_amount >= 0 and min_amount >= 0 and max_amount >= min_amount
    and greatest(fixed_amount, min_amount, max_amount) <= 1000000000000
  ),
  constraint commission_rules_amounts_have_a_currency_check check (
    currency is not null or (fixed_amount = 0 and min_amount = 0 and max_amount is null)
  )
);
create index commission_rules_category_id_idx on public.commission_rules (category_id);
create index commission_rules_currency_idx on public.commission_rules (currency);

alter table public.commission_rules enable row level security;
grant select on public.commission_rules to authenticated, service_role;
-- No write is granted: set_commission writes them.

comment on table public.commission_rules is
  'What the marketplace keeps of each order line: bps of its price plus fixed_amount, at least min_amount, at most '
  'max_amount, never more than the price. The rule of the store counts before the one of the nearest category, that '
  'before the one for everything; of two for the same, the one that names the currency. Without a rule nothing is '
  'kept. Rules of one store are seen by its members, the others by everybody who is signed in.';
comment on column public.commission_rules.store_id is 'For this store; null with category_id null: for everything.';
comment on column public.commission_rules.category_id is
  'For products of this category and of those below it that have no rule of their own.';
comment on column public.commission_rules.currency is
  'For sales in this currency only, in whose minor units the amounts are; null: in any, and there are no amounts.';
comment on column public.commission_rules.bps is 'Hundredths of a percent of the price: 1250 is 12.5 %.';

alter table public.order_lines
  add column commission_bps integer not null default 0,
  add column commission_amount bigint not null default 0,
  add constraint order_lines_commission_check check (
    commission_bps between 0 and 10000 and commission_amount >= 0
  );
comment on column public.order_lines.commission_bps is
  'The rate of the commission rule when this was sold, in hundredths of a percent.';
comment on column public.order_lines.commission_amount is
  'What the marketplace keeps of this line while nothing of it is refunded, in minor units: of the price after the '
  'store''s own discounts and coupons, without shipping and without tax on top.';

alter table public.bookings
  add column commission_bps integer not null default 0,
  add column commission_amount bigint not null default 0,
  add constraint bookings_commission_check check (
    commission_bps between 0 and 10000 and commission_amount between 0 and deposit_amount
  );
comment on column public.bookings.commission_bps is
  'The rate of the commission rule when this was booked, in hundredths of a percent.';
comment on column public.bookings.commission_amount is
  'What the marketplace keeps of what is paid in advance, while nothing of it is refunded, in minor units.';
