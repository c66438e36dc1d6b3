-- Whoever changes what stores are owed in more than one step takes their accounts first, in the order in which
-- private.post takes them. All other rows of a store's money are behind this lock.
create or replace function private.lock_store_accounts(earning_ids uuid[]) returns void
language plpgsql volatile
security definer -- nobody holds a grant on the ledger
set search_path = ''
set plan_cache_mode = force_generic_plan -- the plans never depend on the values, and planning costs more than running
set enable_seqscan = off -- plans are kept: one made while a table was small must not outlive it
as $$
begin
  perform from private.ledger_accounts
  where ledger_accounts.kind = 'store'
    and (ledger_accounts.store_id, ledger_accounts.currency) in (
      select earnings.store_id, earnings.currency from private.earnings
      where earnings.id = any (lock_store_accounts.earning_ids)
    )
  order by ledger_accounts.store_id, ledger_accounts.currency
  for no key update;
end;
$$;
comment on function private.lock_store_accounts(uuid[]) is
  'Locks the accounts of the stores that earned these, by store and currency.';
