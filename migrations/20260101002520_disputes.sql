-- Payments that a customer's bank takes back, or tries to. A dispute is about a payment, never about an order: it
-- is shared out over the payment's orders, so that each store knows what is at stake. Once lost, the shares become
-- refunds of origin `dispute`: the money is gone from the orders, and everything that asks what is left already
-- counts refunds.
create table public.disputes (
  id uuid primary key default private.uuid_v7(),
  payment_id uuid not null references public.payments (id) on delete restrict,
  provider_dispute_id text not null,
  status text not null,
  currency text not null,
  amount bigint not null,
  excess_amount bigint not null default 0,
  reason text not null,
  evidence_due_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  closed_at timestamptz,
  constraint disputes_provider_dispute_id_key unique (provider_dispute_id),
  constraint disputes_status_check check (
    status in (
      'warning_needs_response', 'warning_under_review', 'needs_response', 'under_review', 'warning_closed', 'prevented',
      'lost', 'won'
    )
  ),
  constraint disputes_amount_check check (amount > 0 and excess_amount between 0 and amount),
  constraint disputes_closed_at_check check (
    (closed_at is not null) = (status in ('warning_closed', 'prevented', 'lost', 'won'))
  )
);
create index disputes_payment_id_idx on public.disputes (payment_id);

alter table public.disputes enable row level security;
grant select on public.disputes to authenticated, service_role;
-- No write is granted: the provider's events move it.

comment on table public.disputes is
  'Payments that a customer''s bank takes back, or tries to. One may span several stores, so only platform admins '
  'see it; stores see their dispute_shares.';
comment on column public.disputes.provider_dispute_id is 'The provider''s dispute (du_…).';
comment on column public.disputes.status is
  'As the provider reports it. warning_*: an inquiry, no money has moved. needs_response, under_review: open, and '
  'no refund of the payment is made. lost: the money is gone. won, prevented: it is back, or was never taken.';
comment on column public.disputes.amount is 'What the bank asks back, in minor units.';
comment on column public.disputes.excess_amount is
  'What the bank asks beyond all that was left of the payment, in minor units. No order bears it; it and the '
  'shares add up to the amount.';
comment on column public.disputes.reason is 'The provider''s word, such as fraudulent or product_not_received.';
comment on column public.disputes.evidence_due_at is 'Until when the provider takes evidence; null when it wants none.';

create table public.dispute_shares (
  dispute_id uuid not null references public.disputes (id) on delete restrict,
  order_id uuid not null references public.orders (id) on delete restrict,
  store_id uuid not null,
  status text not null,
  reason text not null,
  currency text not null,
  amount bigint not null,
  constraint dispute_shares_pkey primary key (dispute_id, order_id),
  constraint dispute_shares_amount_check check (amount >= 0)
);
create index dispute_shares_order_id_idx on public.dispute_shares (order_id);
create index dispute_shares_store_id_idx on public.dispute_shares (store_id, dispute_id);

alter table public.dispute_shares enable row level security;
grant select on public.dispute_shares to authenticated, service_role;

comment on table public.dispute_shares is
  'A dispute, shared out over the orders of its payment by what was left of each. Seen by the store''s members.';
comment on column public.dispute_shares.store_id is 'Copied from the order, so that access needs no join.';
comment on column public.dispute_shares.status is
  'Copied from the dispute, which tells amounts that are no business of one store.';
comment on column public.dispute_shares.reason is 'Copied from the dispute.';
comment on column public.dispute_shares.amount is 'This order''s part, in minor units.';
