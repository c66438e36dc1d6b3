-- The event that says what became of a payout may be lost. One that is under way is asked for, less often the longer it
-- takes; one that was paid once a day for ten days, in which a bank may send it back.
create or replace function private.list_payouts_to_check(max_rows integer)
returns table (account_id text, provider_payout_id text)
language plpgsql volatile
security definer -- nobody holds a write grant on payouts
set search_path = ''
as $$
begin
  return query
  with due as (
    select payouts.id
    from public.payouts
    where payouts.next_attempt_at <= now()
      and (payouts.status = 'sent' or (payouts.status = 'paid' and payouts.paid_at > now() - interval '10 days'))
    order by payouts.next_attempt_at, payouts.id
    limit least(list_payouts_to_check.max_rows, 500)
    for no key update skip locked
  )
  update public.payouts
  set next_attempt_at = now() + case payouts.status
    when 'paid' then interval '1 day'
    else greatest(interval '5 minutes', least(now() - payouts.sent_at, interval '6 hours'))
  end
  from due, public.payout_accounts
  where payouts.id = due.id and payout_accounts.store_id = payouts.store_id
  returning payout_accounts.provider_account_id, payouts.provider_payout_id;
end;
$$;
comment on function private.list_payouts_to_check(integer) is 'See public.list_payouts_to_check.';
grant execute on function private.list_payouts_to_check(integer) to service_role;

create or replace function public.list_payouts_to_check(max_rows integer default 50)
returns table (account_id text, provider_payout_id text)
language sql volatile security invoker
set search_path = ''
as $$ select * from private.list_payouts_to_check(list_payouts_to_check.max_rows); $$;
comment on function public.list_payouts_to_check(integer) is
  'Service only. Payouts that the provider has and whose bank has not answered for a while, or may still send them '
  'back. Listing one puts off its next check.';
grant execute on function public.list_payouts_to_check(integer) to service_role;
