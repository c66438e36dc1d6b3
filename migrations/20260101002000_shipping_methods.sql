-- How a store delivers and what it charges for that. An order keeps the name and the amount as they were when it was
-- placed, so a method may be changed or deleted at any time.
create table public.shipping_methods (
  id uuid primary key default private.uuid_v7(),
  store_id uuid not null,
  name text not null,
  kind text not null default 'flat',
  rate_amount bigint not null default 0,
  free_over_amount bigint,
  currency text not null,
  position integer not null default 0,
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- A rate in another currency than the store's could never be offered.
  constraint shipping_methods_store_id_currency_fkey foreign key (store_id, currency)
    references public.stores (id, currency) on delete cascade,
  constraint shipping_methods_name_check check (private.is_line(name, 80)),
  constraint shipping_methods_kind_check check (kind in ('flat', 'free_over', 'pickup')),
  constraint shipping_methods_rate_amount_check check (rate_amount between 0 and 1000000000000),
  constraint shipping_methods_rate_can_be_charged_check check (rate_amount % private.money_step(currency) = 0),
  constraint shipping_methods_free_over_amount_check check (
    (kind = 'free_over') = (free_over_amount is not null) and free_over_amount > 0
  ),
  constraint shipping_methods_currency_check check (length(currency) = 3),
  constraint shipping_methods_pickup_is_free_check check (kind <> 'pickup' or rate_amount = 0),
  constraint shipping_methods_position_check check (position between 0 and 1000)
);
create index shipping_methods_store_id_currency_idx on public.shipping_methods (store_id, currency, position, id);

alter table public.shipping_methods enable row level security;
grant select on public.shipping_methods to anon, authenticated, service_role;
grant
  insert (store_id, name, kind, rate_amount, free_over_amount, currency, position, is_active),
  update (name, kind, rate_amount, free_over_amount, currency, position, is_active),
  delete
  on public.shipping_methods to authenticated;

comment on table public.shipping_methods is
  'Ways a store delivers: flat rate, free over an amount, or pickup. Public while active; written by the store''s '
  'owner and managers.';
comment on column public.shipping_methods.rate_amount is
  'Price of one delivery in minor units, taxes included; charged once per order, whatever it contains.';
comment on column public.shipping_methods.free_over_amount is
  'kind = free_over: an order whose goods, after discounts, reach this amount is delivered free.';
comment on column public.shipping_methods.position is
  'Order of display. The first active method is taken when the customer names none.';
