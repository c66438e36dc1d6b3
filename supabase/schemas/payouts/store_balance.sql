-- The first thing a seller wants to know of the money: how much, from when, and why not more.
create or replace function private.store_balance(store_id uuid) returns jsonb
language plpgsql stable
security definer -- nobody holds a grant on the ledger
set search_path = ''
as $$
begin
  if not private.is_operator() then
    perform private.require_store_role(store_balance.store_id, array['owner', 'manager']);
  elsif not exists (select from public.stores where stores.id = store_balance.store_id) then
    raise sqlstate 'PT404' using
      message = 'That store does not exist.', detail = 'store_not_found';
  end if;
  return (
    select jsonb_build_object(
      'store_id', store_balance.store_id,
      'hold_days', (select settings.payout_hold_days from private.settings),
      'currencies', coalesce(jsonb_agg(
        jsonb_build_object(
          'currency', account.currency,
          'balance_amount', money.balance_amount,
          'payable_amount', money.payable_amount,
          'pending_amount', money.pending_amount,
          'on_hold_amount', money.on_hold_amount,
          'transferring_amount', money.transferring_amount,
          'debt_amount', money.debt_amount,
          'transferred_amount', coalesce(wallet.balance, 0),
          'available_amount', greatest(private.payout_available(store_balance.store_id, account.currency), 0)
        )
        order by account.currency
      ), '[]')
    )
    from private.ledger_accounts as account
    cross join lateral private.store_money(store_balance.store_id, account.currency) as money
    left join private.ledger_accounts as wallet
      on wallet.kind = 'wallet' and wallet.store_id = account.store_id and wallet.currency = account.currency
    where account.kind = 'store' and account.store_id = store_balance.store_id
  );
end;
$$;
comment on function private.store_balance(uuid) is 'See public.store_balance.';
grant execute on function private.store_balance(uuid) to anon, authenticated, service_role;

create or replace function public.store_balance(store_id uuid) returns jsonb
language sql stable security invoker
set search_path = ''
as $$ select private.store_balance(store_balance.store_id); $$;
comment on function public.store_balance(uuid) is
  'What a store is owed, for its owner, managers and operators. Returns {store_id, hold_days, currencies: [{currency, '
  'balance_amount, payable_amount (sent to it next), pending_amount (not delivered, or within the hold days), '
  'on_hold_amount (at stake in disputes), transferring_amount (being sent), debt_amount (netted from what comes next), '
  'transferred_amount (at the provider), available_amount (what request_payout takes)}]}, in minor units; balance = '
  'payable + pending + on_hold + transferring - debt. Errors: not_signed_in, account_required, session_revoked, '
  'store_not_found, store_role_required.';
grant execute on function public.store_balance(uuid) to anon, authenticated, service_role;
