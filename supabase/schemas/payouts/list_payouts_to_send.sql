-- Payouts that stores asked for and the provider does not have yet. One waits a while for the transfers that it needs;
-- then what can be moved is paid out.
create or replace function private.list_payouts_to_send(max_rows integer)
returns table (payout_id uuid, account_id text, currency text)
language plpgsql volatile
security definer -- nobody holds a write grant on payouts
set search_path = ''
as $$
begin
  return query
  with due as (
    select payouts.id, payout_accounts.provider_account_id
    from public.payouts
    join public.payout_accounts on payout_accounts.store_id = payouts.store_id and payout_accounts.payouts_enabled
    left join private.ledger_accounts
      on ledger_accounts.kind = 'wallet'
        and ledger_accounts.store_id = payouts.store_id
        and ledger_accounts.currency = payouts.currency
    where payouts.status = 'requested'
      and payouts.next_attempt_at <= now()
      and (coalesce(ledger_accounts.balance, 0) >= payouts.amount or payouts.created_at < now() - interval '1 hour')
    order by payouts.next_attempt_at, payouts.id
    limit least(list_payouts_to_send.max_rows, 500)
    for no key update of payouts skip locked
  )
  update public.payouts
  set next_attempt_at = now() + greatest(interval '1 minute', least(now() - payouts.created_at, interval '1 hour'))
  from due
  where payouts.id = due.id
  returning payouts.id, due.provider_account_id, payouts.currency;
end;
$$;
comment on function private.list_payouts_to_send(integer) is 'See public.list_payouts_to_send.';
grant execute on function private.list_payouts_to_send(integer) to service_role;

create or replace function public.list_payouts_to_send(max_rows integer default 50)
returns table (payout_id uuid, account_id text, currency text)
language sql volatile security invoker
set search_path = ''
as $$ select * from private.list_payouts_to_send(list_payouts_to_send.max_rows); $$;
comment on function public.list_payouts_to_send(integer) is
  'Service only. Claims payouts that the provider does not have yet, with a growing pause between attempts. '
  'prepare_payout_for_job says what to send.';
grant execute on function public.list_payouts_to_send(integer) to service_role;
