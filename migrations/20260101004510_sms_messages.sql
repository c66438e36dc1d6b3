-- One-time codes cost money per text: how many one phone gets within a day is bounded, and a retried request of the
-- Auth service sends no second text.
create table private.sms_messages (
  dedupe_key uuid primary key,
  phone text not null,
  claimed_at timestamptz not null default now(),
  sent_at timestamptz,
  provider_id text,
  constraint sms_messages_phone_check check (private.is_phone(phone))
);
create index sms_messages_phone_idx on private.sms_messages (phone, claimed_at);
alter table private.sms_messages enable row level security;
comment on table private.sms_messages is
  'One-time codes sent (not the codes): for the daily cap per phone, and so that a retry sends nothing twice.';
