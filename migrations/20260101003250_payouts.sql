-- From a store's account at the provider to its bank. The store asks, a job sends, the bank may still send it back.
create table public.payouts (
  id uuid primary key default private.uuid_v7(),
  store_id uuid not null references public.stores (id) on delete restrict,
  requested_by uuid,
  currency text not null,
  requested_amount bigint not null,
  amount bigint not null,
  status text not null default 'requested',
  attempt integer not null default 1,
  called_at timestamptz,
  provider_payout_id text,
  failure_code text,
  failure_message text,
  next_attempt_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  sent_at timestamptz,
  paid_at timestamptz,
  constraint payouts_provider_payout_id_key unique (provider_payout_id),
  constraint payouts_status_check check (status in ('requested', 'sent', 'paid', 'failed')),
  constraint payouts_amount_check check (amount > 0 and requested_amount >= amount),
  constraint payouts_sent_check check (
    status = 'failed' or (status in ('sent', 'paid')) = (sent_at is not null and provider_payout_id is not null)
  ),
  constraint payouts_failure_check check ((status = 'failed') = (failure_code is not null))
);
create index payouts_store_id_idx on public.payouts (store_id, id);
create index payouts_requested_idx on public.payouts (next_attempt_at) where status = 'requested';
alter table public.payouts enable row level security;
grant select on public.payouts to authenticated, service_role;
-- No write is granted: request_payout and the provider's answers move them.

comment on table public.payouts is
  'What stores asked to be paid out to their bank. Seen by the store''s owner and managers, and by platform admins.';
comment on column public.payouts.requested_by is 'Who asked. No foreign key: the payout outlives the person.';
comment on column public.payouts.amount is
  'What is paid out, in minor units: less than was asked when the provider could not move all of it yet; then the '
  'oldest earnings that fit.';
comment on column public.payouts.status is
  'requested -> sent (the provider has it) -> paid; failed at any time, also when the bank sends it back: then it is '
  'in the store''s balance again.';
comment on column public.payouts.failure_code is
  'Why it failed: the provider''s word, or below_minimum or nothing_movable when too little could be moved.';
