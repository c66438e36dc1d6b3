-- The rule that makes it a ledger. It is asked at the end of the transaction, when the posting is complete.
create or replace function private.tg_ledger_entries__check_sum() returns trigger
language plpgsql volatile
security definer -- reads the ledger for whoever writes it
set search_path = ''
set plan_cache_mode = force_generic_plan -- the plans never depend on the values, and planning costs more than running
set enable_seqscan = off -- plans are kept: one made while a table was small must not outlive it
as $$
begin
  if exists (
    select from private.ledger_entries
    where ledger_entries.posting_id = new.posting_id
    group by ledger_entries.currency
    having sum(ledger_entries.amount) <> 0
  ) or not exists (
    select from private.ledger_accounts
    where ledger_accounts.id = new.account_id
      and ledger_accounts.currency = new.currency
      and (ledger_accounts.store_id is null) = (new.number is null)
  ) then
    raise exception 'posting % does not balance, or names an account that is not there', new.posting_id;
  end if;
  return null;
end;
$$;
comment on function private.tg_ledger_entries__check_sum() is
  'At the end of a transaction that wrote to the ledger: each posting sums to zero in every currency, and its '
  'accounts exist.';

drop trigger if exists _900_check_sum on private.ledger_entries;
create constraint trigger _900_check_sum
  after insert on private.ledger_entries
  deferrable initially deferred
  for each row execute function private.tg_ledger_entries__check_sum();
