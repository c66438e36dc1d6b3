-- The event that says that an account may be paid may be lost: then its store would wait for ever. What was heard of an
-- account is asked for anew after an hour while something is missing, after a day otherwise.
create or replace function private.list_payout_accounts_to_check(max_rows integer)
returns table (account_id text)
language plpgsql stable
security definer -- reads accounts of everybody
set search_path = ''
as $$
begin
  return query
  select payout_accounts.provider_account_id
  from public.payout_accounts
  where payout_accounts.provider_account_id is not null
    and coalesce(payout_accounts.reported_at, payout_accounts.created_at) < now() - interval '1 hour'
    and (
      not (payout_accounts.transfers_enabled and payout_accounts.payouts_enabled)
      or payout_accounts.reported_at < now() - interval '1 day'
    )
  order by coalesce(payout_accounts.reported_at, payout_accounts.created_at)
  limit least(list_payout_accounts_to_check.max_rows, 500);
end;
$$;
comment on function private.list_payout_accounts_to_check(integer) is 'See public.list_payout_accounts_to_check.';
grant execute on function private.list_payout_accounts_to_check(integer) to service_role;

create or replace function public.list_payout_accounts_to_check(max_rows integer default 50)
returns table (account_id text)
language sql stable security invoker
set search_path = ''
as $$ select * from private.list_payout_accounts_to_check(list_payout_accounts_to_check.max_rows); $$;
comment on function public.list_payout_accounts_to_check(integer) is
  'Service only. Accounts of stores of which nothing was heard for a while, longest first; what the provider then says '
  'is taken over by apply_payment_event.';
grant execute on function public.list_payout_accounts_to_check(integer) to service_role;
