-- What must leave the database: written in the transaction that decides it, so committed means delivered at least once and
-- rolled back means never. The row carries ids; what the mail says is read when it is sent, so it is never stale.
create table private.outbox (
  id uuid primary key default private.uuid_v7(),
  channel text not null default 'email',
  template text not null,
  user_id uuid,
  store_id uuid,
  recipient text,
  payload jsonb not null default '{}',
  dedupe_key text,
  status text not null default 'pending',
  attempts integer not null default 0,
  run_at timestamptz not null default now(),
  leased_until timestamptz,
  last_error text,
  provider_id text,
  created_at timestamptz not null default now(),
  sent_at timestamptz,
  constraint outbox_channel_check check (channel in ('email', 'sms', 'push')),
  constraint outbox_status_check check (status in ('pending', 'sent', 'dead')),
  constraint outbox_attempts_check check (attempts >= 0)
);
create unique index outbox_dedupe_key_key on private.outbox (dedupe_key) where dedupe_key is not null;
create index outbox_due_idx on private.outbox (run_at) where status = 'pending';
alter table private.outbox enable row level security;

comment on table private.outbox is 'E-mails (and later texts and pushes) to send. Drained by the function `emails` through claim_outbox.';
comment on column private.outbox.user_id is 'To this user''s e-mail address, as it is when the mail is sent.';
comment on column private.outbox.store_id is 'To this store''s contact address, else its owner''s.';
comment on column private.outbox.recipient is 'To this address; for people who have no account yet.';
comment on column private.outbox.payload is 'Ids only: order_id, refund_id, checkout_id, variant_id …';
comment on column private.outbox.dedupe_key is 'At most one message ever with this key.';
comment on column private.outbox.leased_until is 'A worker has it until then; if it dies, the row comes back by itself.';

-- What people who run the marketplace must look at.
create table private.alerts (
  id uuid primary key default private.uuid_v7(),
  rule text not null,
  message text not null,
  data jsonb not null default '{}',
  created_at timestamptz not null default now(),
  resolved_at timestamptz
);
create index alerts_open_idx on private.alerts (rule) where resolved_at is null;
alter table private.alerts enable row level security;
comment on table private.alerts is 'Things that did not fit: a payment of another amount, a refund that the provider refused, a message that could not be delivered, a rule that was crossed.';
