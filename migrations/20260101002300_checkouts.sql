-- What a customer orders at once. A cart with goods of several stores becomes one checkout, paid once, with one
-- order per store.
create table public.checkouts (
  id uuid primary key default private.uuid_v7(),
  user_id uuid references auth.users (id) on delete set null,
  cart_id uuid,
  payment_method text not null,
  status text not null,
  currency text not null,
  total_amount bigint not null,
  expires_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint checkouts_payment_method_check check (payment_method in ('card', 'cash_on_delivery')),
  constraint checkouts_status_check check (
    status in ('pending', 'paid', 'confirmed', 'expired', 'cancelled', 'refunded')
  ),
  constraint checkouts_total_amount_check check (total_amount >= 0),
  constraint checkouts_pending_expires_check check (status <> 'pending' or expires_at is not null)
);
create index checkouts_user_id_idx on public.checkouts (user_id, id);
create index checkouts_pending_expires_at_idx on public.checkouts (expires_at) where status = 'pending';

alter table public.checkouts enable row level security;
grant select on public.checkouts to authenticated, service_role;
-- No write is granted: checkout, payments and the expiry job move it.

comment on table public.checkouts is
  'What a customer ordered at once, from one or several stores, and pays at once. Seen by that customer.';
comment on column public.checkouts.cart_id is
  'The cart it came from. No foreign key: old carts are cleared away, checkouts stay.';
comment on column public.checkouts.status is
  'pending: a card payment is awaited. paid: it arrived. confirmed: cash on delivery (or nothing to pay). '
  'expired, cancelled: no payment is awaited any more. refunded: the payment came too late and went back.';
comment on column public.checkouts.expires_at is
  'Until when stock is held for a pending card payment, by the clock of the database.';
