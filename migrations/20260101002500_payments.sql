-- Money in. A card checkout has one payment, however many cards were tried; an order paid in cash has one of its own.
create table public.payments (
  id uuid primary key default private.uuid_v7(),
  checkout_id uuid not null references public.checkouts (id) on delete restrict,
  order_id uuid references public.orders (id) on delete restrict,
  user_id uuid references auth.users (id) on delete set null,
  provider text not null,
  attempt integer not null default 1,
  provider_payment_id text,
  status text not null default 'pending',
  currency text not null,
  amount bigint not null,
  captured_amount bigint not null default 0,
  refunding_amount bigint not null default 0,
  refunded_amount bigint not null default 0,
  charge_id text,
  failure_code text,
  failure_message text,
  reported_at timestamptz,
  next_check_at timestamptz not null default now() + interval '2 minutes',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint payments_provider_check check (provider in ('stripe', 'cash')),
  constraint payments_provider_payment_id_key unique (provider_payment_id),
  constraint payments_attempt_check check (attempt >= 1),
  constraint payments_status_check check (
    status in ('pending', 'requires_action', 'processing', 'succeeded', 'failed', 'canceled')
  ),
  constraint payments_amount_check check (amount >= 0),
  constraint payments_cash_is_per_order_check check ((provider = 'cash') = (order_id is not null)),
  constraint payments_captured_amount_check check (
    captured_amount = case when status = 'succeeded' then amount else 0 end
  ),
  constraint payments_never_refund_more_than_captured_check check (
    refunding_amount >= 0 and refunded_amount >= 0 and refunding_amount + refunded_amount <= captured_amount
  )
);
create unique index payments_one_per_checkout_key on public.payments (checkout_id) where order_id is null;
create unique index payments_one_per_order_key on public.payments (order_id) where order_id is not null;
create index payments_checkout_id_idx on public.payments (checkout_id);
create index payments_user_id_idx on public.payments (user_id);
create index payments_unsettled_idx on public.payments (next_check_at)
  where status in ('pending', 'requires_action', 'processing', 'failed');

alter table public.payments enable row level security;
grant select on public.payments to authenticated, service_role;

comment on table public.payments is
  'Payments: one per card checkout, one per order paid in cash. Amounts come from the checkout, never from a '
  'client. Seen by the customer.';
comment on column public.payments.attempt is
  'How many PaymentIntents were made for it, counted from 1. Part of the idempotency key that the provider gets.';
comment on column public.payments.provider_payment_id is 'The PaymentIntent (pi_…) of this attempt.';
comment on column public.payments.status is
  'As the provider reports it; `succeeded` is final. `processing` may last days (bank debits), and holds the '
  'stock meanwhile.';
comment on column public.payments.refunding_amount is 'Approved refunds that the provider has not confirmed yet.';
comment on column public.payments.reported_at is
  'When the provider made the newest report that was applied (UTC). An older report that arrives later is '
  'ignored.';
comment on column public.payments.next_check_at is
  'When the reconciling job asks the provider about it, if no event arrives before (UTC).';

-- Events of the provider, each taken once. The row and its effect are one transaction.
create table private.provider_events (
  id text primary key,
  type text not null,
  occurred_at timestamptz not null,
  is_live boolean not null,
  fact jsonb,
  outcome text not null,
  created_at timestamptz not null default now(),
  constraint provider_events_id_check check (length(id) between 1 and 255),
  constraint provider_events_outcome_check check (outcome in ('applied', 'ignored', 'mismatch'))
);
alter table private.provider_events enable row level security;
comment on table private.provider_events is
  'Every event the payment provider sent, by its id: a second delivery finds the row and changes nothing.';
comment on column private.provider_events.fact is
  'What the event says, as far as we act on it; null for types that do not concern us.';
comment on column private.provider_events.outcome is
  'applied, ignored (nothing to change), or mismatch (did not fit our records: nothing was changed, an alert was '
  'raised).';

-- Answers of requests that must not happen twice.
create table private.idempotency_keys (
  actor uuid not null,
  verb text not null,
  key text not null,
  request_hash bytea not null,
  response jsonb not null,
  created_at timestamptz not null default now(),
  constraint idempotency_keys_pkey primary key (actor, verb, key),
  constraint idempotency_keys_key_check check (length(key) <= 255 and key ~ '^[\x21-\x7e]+$')
);
alter table private.idempotency_keys enable row level security;
comment on table private.idempotency_keys is
  'The first answer to each (actor, verb, key). Kept for 30 days, longer than any provider''s window, so that a '
  'late retry is still a retry.';
comment on column private.idempotency_keys.request_hash is
  'Hash of the arguments: the same key with other arguments is refused.';
