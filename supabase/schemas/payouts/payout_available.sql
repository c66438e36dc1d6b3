create or replace function private.payout_available(store_id uuid, currency text) returns bigint
language plpgsql stable
security definer -- nobody holds a grant on the ledger
set search_path = ''
as $$
begin
  return (
    select
      money.payable_amount - money.debt_amount
        + coalesce((
          select ledger_accounts.balance from private.ledger_accounts
          where ledger_accounts.kind = 'wallet'
            and ledger_accounts.store_id = payout_available.store_id
            and ledger_accounts.currency = payout_available.currency
        ), 0)
        + money.transferring_amount
        - coalesce((
          select sum(payouts.amount) from public.payouts
          where payouts.store_id = payout_available.store_id
            and payouts.currency = payout_available.currency
            and payouts.status = 'requested'
        ), 0)
    from private.store_money(payout_available.store_id, payout_available.currency) as money
  )::bigint;
end;
$$;
comment on function private.payout_available(uuid, text) is
  'What a store may still ask to be paid out: what is payable or being sent, and what it has at the provider, less its '
  'debt and what it has asked for. In minor units.';
