-- Money to stores, and back from them. Each is a row first, then a call to the provider, then its answer: a row
-- without an answer is called again with the same key, so that nothing is sent twice.
create table public.transfers (
  id uuid primary key default private.uuid_v7(),
  store_id uuid not null references public.stores (id) on delete restrict,
  order_id uuid references public.orders (id) on delete restrict,
  earning_id uuid not null references private.earnings (id) on delete restrict,
  part smallint not null,
  payment_id uuid references public.payments (id) on delete restrict,
  currency text not null,
  amount bigint not null,
  reversing_amount bigint not null default 0,
  reversed_amount bigint not null default 0,
  status text not null default 'pending',
  attempt integer not null default 1,
  called_at timestamptz,
  provider_transfer_id text,
  failure_code text,
  failure_message text,
  next_attempt_at timestamptz not null default now(),
  made_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint transfers_provider_transfer_id_key unique (provider_transfer_id),
  constraint transfers_earning_id_part_key unique (earning_id, part),
  constraint transfers_status_check check (status in ('pending', 'made', 'canceled')),
  constraint transfers_amount_check check (amount > 0),
  constraint transfers_reversed_amount_check check (
    reversing_amount >= 0 and reversed_amount >= 0 and reversing_amount + reversed_amount <= amount
    and (status = 'made' or reversing_amount + reversed_amount = 0)
  ),
  constraint transfers_made_check check ((status = 'made') = (made_at is not null and provider_transfer_id is not null))
);
create index transfers_store_id_idx on public.transfers (store_id, id);
create index transfers_order_id_idx on public.transfers (order_id);
create index transfers_payment_id_idx on public.transfers (payment_id);
create index transfers_pending_idx on public.transfers (next_attempt_at) where status = 'pending';
create index transfers_pending_store_id_idx on public.transfers (store_id, currency) where status = 'pending';
alter table public.transfers enable row level security;
grant select on public.transfers to authenticated, service_role;
-- No write is granted: jobs and the provider's answers move them.

comment on table public.transfers is
  'What was sent to stores for what they sold. Seen by the store''s owner and managers, and by platform admins.';
comment on column public.transfers.order_id is 'The order it is for.';
comment on column public.transfers.earning_id is 'What was sold: the same as order_id for an order.';
comment on column public.transfers.part is
  'Counted from 1: a sale may be sent in parts, and again after a dispute that was won.';
comment on column public.transfers.payment_id is
  'The payment whose charge it is taken from, never more than that charge; null: from our balance.';
comment on column public.transfers.amount is 'In minor units; debts of the store are netted before.';
comment on column public.transfers.status is
  'pending: decided, perhaps under way. made: the provider has sent it. canceled: not due any more.';
comment on column public.transfers.attempt is
  'Part of the key that the provider gets: a new one only after it has refused the one before.';
comment on column public.transfers.called_at is 'When this attempt was first handed out to be sent; null: not yet.';
comment on column public.transfers.failure_message is 'Why the last attempt was refused. It is tried again.';

create table public.transfer_reversals (
  id uuid primary key default private.uuid_v7(),
  transfer_id uuid not null references public.transfers (id) on delete restrict,
  store_id uuid not null references public.stores (id) on delete restrict,
  cause text not null,
  cause_id uuid not null,
  currency text not null,
  amount bigint not null,
  status text not null default 'pending',
  attempt integer not null default 1,
  called_at timestamptz,
  provider_reversal_id text,
  failure_code text,
  failure_message text,
  next_attempt_at timestamptz not null default now(),
  made_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint transfer_reversals_provider_reversal_id_key unique (provider_reversal_id),
  constraint transfer_reversals_cause_check check (cause in ('refund', 'dispute')),
  constraint transfer_reversals_cause_cause_id_transfer_id_key unique (cause, cause_id, transfer_id),
  constraint transfer_reversals_status_check check (status in ('pending', 'made', 'failed', 'canceled')),
  constraint transfer_reversals_amount_check check (amount > 0),
  constraint transfer_reversals_made_check check (
    (status = 'made') = (made_at is not null and provider_reversal_id is not null)
  )
);
create index transfer_reversals_transfer_id_idx on public.transfer_reversals (transfer_id);
create index transfer_reversals_store_id_idx on public.transfer_reversals (store_id, id);
create index transfer_reversals_pending_idx on public.transfer_reversals (next_attempt_at) where status = 'pending';
alter table public.transfer_reversals enable row level security;
grant select on public.transfer_reversals to authenticated, service_role;
-- No write is granted: refunds, disputes and the provider's answers move them.

comment on table public.transfer_reversals is
  'What was taken back from a store that had been sent it, because a customer was refunded or a bank asks the money '
  'back. Seen by the store''s owner and managers, and by platform admins.';
comment on column public.transfer_reversals.cause_id is 'The refund or the dispute.';
comment on column public.transfer_reversals.status is
  'pending: decided, perhaps under way. made: the money is back. failed: the provider refused; the debt stays in the '
  'store''s balance, and its next transfers are smaller. canceled: not due any more.';
