-- Addresses that mails come back from, and whose owners called a mail unwanted. Whoever goes on writing to them is
-- taken for a sender of spam, and then nobody's mails arrive. Only a hash is kept: it is looked up and never read out,
-- and it outlives the account that the address belonged to.
create table private.suppressed_addresses (
  address_hash bytea primary key,
  reason text not null,
  provider_id text not null,
  created_at timestamptz not null default now(),
  constraint suppressed_addresses_address_hash_check check (octet_length(address_hash) = 32),
  constraint suppressed_addresses_reason_check check (reason in ('bounced', 'complained'))
);
alter table private.suppressed_addresses enable row level security;

comment on table private.suppressed_addresses is
  'E-mail addresses that get nothing but what is transactional. To lift one: delete its row, see docs/operations.md.';
comment on column private.suppressed_addresses.address_hash is 'private.address_hash of the address.';
comment on column private.suppressed_addresses.reason is
  'bounced: there is no such mailbox, or it takes no mail. complained: its owner called a mail unwanted.';
comment on column private.suppressed_addresses.provider_id is 'The mail that it happened to, as the provider knows it.';
