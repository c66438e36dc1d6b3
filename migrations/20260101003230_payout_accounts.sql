-- Where a store's money goes: its account at the payment provider, which the store opens there itself.
create table public.payout_accounts (
  store_id uuid primary key references public.stores (id) on delete restrict,
  provider_account_id text,
  country text,
  default_currency text,
  details_submitted boolean not null default false,
  charges_enabled boolean not null default false,
  transfers_enabled boolean not null default false,
  payouts_enabled boolean not null default false,
  requirements text[] not null default '{}',
  disabled_reason text,
  reported_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint payout_accounts_provider_account_id_key unique (provider_account_id),
  constraint payout_accounts_enabled_check check (
    provider_account_id is not null or not (charges_enabled or transfers_enabled or payouts_enabled)
  )
);
alter table public.payout_accounts enable row level security;
grant select on public.payout_accounts to authenticated, service_role;
-- No write is granted: the provider's events move it.

comment on table public.payout_accounts is
  'A store''s account at the payment provider, to which its sales are transferred. Seen by the store''s owner and '
  'managers, and by platform admins.';
comment on column public.payout_accounts.provider_account_id is 'The provider''s account (acct_…).';
comment on column public.payout_accounts.transfers_enabled is 'Whether sales can be transferred to it.';
comment on column public.payout_accounts.payouts_enabled is 'Whether the provider pays out to the bank.';
comment on column public.payout_accounts.requirements is
  'What the provider still wants to know, in its words; shown to the store, which answers it at the provider.';
comment on column public.payout_accounts.disabled_reason is 'Why the provider restricts the account, in its words.';
comment on column public.payout_accounts.reported_at is
  'When the provider made the newest report that was applied (UTC). An older one that arrives later is ignored.';
