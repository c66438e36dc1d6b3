-- What finance asks every day: is the money where the ledger says? What is decided and not carried out yet explains a
-- difference; nothing else does.
create or replace function private.compare_provider_balance(currency text, amount bigint) returns jsonb
language plpgsql volatile
security definer -- nobody holds a grant on the ledger
set search_path = ''
as $$
declare
  v_ledger bigint;
  v_open bigint;
  v_unknown_fees bigint;
  v_difference bigint;
begin
  if compare_provider_balance.amount is null
    or not exists (select from public.currencies where currencies.code = compare_provider_balance.currency)
  then
    raise sqlstate 'PT422' using
      message = 'That is not a currency we know.', detail = 'unknown_currency';
  end if;
  select coalesce(sum(ledger_entries.amount), 0) into v_ledger
  from private.ledger_accounts
  join private.ledger_entries on ledger_entries.account_id = ledger_accounts.id
  where ledger_accounts.kind = 'provider'
    and ledger_accounts.currency = compare_provider_balance.currency;
  -- Refunds that the provider was not told, or has not confirmed; they are booked when they are decided.
  select coalesce(sum(refunds.booked_amount), 0) into v_open
  from public.refunds
  join public.payments on payments.id = refunds.payment_id and payments.provider = 'stripe'
  where refunds.currency = compare_provider_balance.currency and refunds.status in ('approved', 'processing');
  select count(*) into v_unknown_fees
  from public.payments
  where payments.currency = compare_provider_balance.currency
    and payments.provider = 'stripe'
    and payments.status = 'succeeded'
    and payments.fee_amount is null;
  v_difference := compare_provider_balance.amount - v_ledger;
  -- Each open refund may or may not have left already, and so may what is being transferred or reversed.
  if v_unknown_fees = 0 and (
    v_difference > v_open + (
      select coalesce(sum(transfer_reversals.amount), 0) from public.transfer_reversals
      where transfer_reversals.currency = compare_provider_balance.currency and transfer_reversals.status = 'pending'
    )
    or v_difference < -(
      select coalesce(sum(transfers.amount), 0) from public.transfers
      where transfers.currency = compare_provider_balance.currency and transfers.status = 'pending'
    )
  ) then
    perform private.raise_alert(
      'provider_balance_differs',
      format(
        'The provider has %s %s, the ledger says %s; %s is open.', compare_provider_balance.amount,
        compare_provider_balance.currency, v_ledger, v_open
      ),
      jsonb_build_object(
        'currency', compare_provider_balance.currency, 'provider_amount', compare_provider_balance.amount,
        'ledger_amount', v_ledger, 'open_amount', v_open
      )
    );
  end if;
  return jsonb_build_object(
    'currency', compare_provider_balance.currency, 'provider_amount', compare_provider_balance.amount,
    'ledger_amount', v_ledger, 'open_amount', v_open, 'unknown_fees', v_unknown_fees, 'difference', v_difference
  );
end;
$$;
comment on function private.compare_provider_balance(text, bigint) is 'See public.compare_provider_balance.';
grant execute on function private.compare_provider_balance(text, bigint) to service_role;

create or replace function public.compare_provider_balance(currency text, amount bigint) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$
  select private.compare_provider_balance(compare_provider_balance.currency, compare_provider_balance.amount);
$$;
comment on function public.compare_provider_balance(text, bigint) is
  'Service only. Compares the provider''s balance (available and pending together, minor units) with the ledger; '
  'operators are alerted when open refunds, transfers and reversals do not explain the difference. Returns {currency, '
  'provider_amount, ledger_amount, open_amount, unknown_fees, difference}. Errors: unknown_currency.';
grant execute on function public.compare_provider_balance(text, bigint) to service_role;
