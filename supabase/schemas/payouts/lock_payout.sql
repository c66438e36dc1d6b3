create or replace function private.lock_payout(payout_id uuid) returns public.payouts
language plpgsql volatile
security definer -- nobody holds a write grant on payouts
set search_path = ''
as $$
declare
  v_payout public.payouts;
begin
  select * into v_payout from public.payouts where payouts.id = lock_payout.payout_id;
  if not found then
    raise sqlstate 'PT404' using
      message = 'That payout does not exist.', detail = 'payout_not_found';
  end if;
  perform from private.ledger_accounts
  where ledger_accounts.kind = 'store'
    and ledger_accounts.store_id = v_payout.store_id
    and ledger_accounts.currency = v_payout.currency
  for no key update;
  select * into v_payout from public.payouts where payouts.id = lock_payout.payout_id for no key update;
  return v_payout;
end;
$$;
comment on function private.lock_payout(uuid) is
  'The payout, locked after the account of its store. Errors: payout_not_found.';
