-- What the provider does by itself is told by events, and events are lost: payouts on their way, and those that a bank
-- may still send back, are asked for, and so are accounts.
create index payouts_sent_idx on public.payouts (next_attempt_at) where status = 'sent';
create index payouts_paid_idx on public.payouts (paid_at) where status = 'paid';
create index payout_accounts_reported_idx on public.payout_accounts (coalesce(reported_at, created_at))
  where provider_account_id is not null;
