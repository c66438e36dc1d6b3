create or replace function private.tg_currencies__accounts() returns trigger
language plpgsql volatile
security definer -- nobody holds a grant on the ledger
set search_path = ''
as $$
begin
  insert into private.ledger_accounts (kind, currency)
  select account.kind, new.code
  from unnest(array[
    'provider', 'commission', 'fees', 'discounts', 'disputed', 'dispute_costs', 'unallocated', 'adjustments', 'wallets'
  ]) as account (kind)
  on conflict do nothing;
  return null;
end;
$$;
comment on function private.tg_currencies__accounts() is
  'After a currency was added: the marketplace''s own accounts in it.';

create or replace trigger _900_accounts
  after insert on public.currencies
  for each row execute function private.tg_currencies__accounts();
