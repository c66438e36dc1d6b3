-- What must leave the database: written in the transaction that decides it, so committed means delivered at least
-- once and rolled back means never. A letter about something that happened says what happened then: what may change
-- afterwards (a status, a parcel, a decision) is written into its row. A letter that offers something (an
-- invitation, a cart, goods that are back) is read when it is sent, and is not sent when the offer is over.
create table private.outbox (
  id uuid primary key default private.uuid_v7(),
  channel text not null default 'email',
  template text not null,
  user_id uuid,
  store_id uuid,
  recipient text,
  reached text,
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
  constraint outbox_channel_check check (channel in ('email', 'sms')),
  constraint outbox_status_check check (status in ('pending', 'sent', 'skipped', 'dead')),
  constraint outbox_attempts_check check (attempts >= 0)
);
create unique index outbox_dedupe_key_key on private.outbox (dedupe_key) where dedupe_key is not null;
create index outbox_due_idx on private.outbox (run_at) where status = 'pending';
create index outbox_texts_idx on private.outbox (reached, created_at) where channel = 'sms';
alter table private.outbox enable row level security;

comment on table private.outbox is 'E-mails and texts to send. Drained by the function `emails` through claim_outbox.';
comment on column private.outbox.channel is
  'email where there is an address, else sms; decided each time the row is claimed. A message that is not worth a '
  'text message is skipped then.';
comment on column private.outbox.user_id is
  'Sent to this user, at the address or phone they have when it is sent.';
comment on column private.outbox.store_id is 'Sent to the contact address of this store, else to its owner.';
comment on column private.outbox.recipient is 'Sent to this address; for people who have no account yet.';
comment on column private.outbox.reached is 'The address or phone of the last attempt.';
comment on column private.outbox.status is
  'sent: a provider took it. skipped: there was nobody to write to, or nothing left to say (last_error says '
  'which). dead: given up.';
comment on column private.outbox.payload is
  'Ids (order_id, refund_id, checkout_id, variant_id …), and the facts of the event that may have changed when it '
  'is sent.';
comment on column private.outbox.dedupe_key is 'At most one message ever with this key.';
comment on column private.outbox.leased_until is
  'Until when a worker has it (UTC). If the worker dies, the row is claimed again after that.';

-- What those who run the marketplace must look at.
create table private.alerts (
  id uuid primary key default private.uuid_v7(),
  rule text not null,
  message text not null,
  data jsonb not null default '{}',
  created_at timestamptz not null default now(),
  resolved_at timestamptz,
  resolved_by uuid,
  resolution text,
  constraint alerts_resolution_check check (private.is_line(resolution, 500)),
  constraint alerts_resolved_check check (resolved_at is not null or num_nonnulls(resolved_by, resolution) = 0)
);
create index alerts_open_idx on private.alerts (rule) where resolved_at is null;
alter table private.alerts enable row level security;
comment on table private.alerts is
  'What did not fit: a payment of another amount, a refund that the provider refused, a message that could not be '
  'delivered, an alert rule that was crossed.';
comment on column private.alerts.resolved_by is
  'Who resolved it by hand; null for a rule that holds again, and for Studio. No foreign key: it outlives people.';
comment on column private.alerts.resolution is 'What was done about it, in the words of who resolved it.';
