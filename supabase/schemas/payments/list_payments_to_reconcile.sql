-- An event may never arrive, so a job asks the provider about every payment that is not settled. Listing one pushes
-- its next check into the future: two runs at the same time do not ask twice.
create or replace function private.list_payments_to_reconcile(max_rows integer)
returns table (payment_id uuid, checkout_id uuid, attempt integer, provider_intent_id text, action text)
language plpgsql volatile
security definer -- nobody holds a write grant on payments
set search_path = ''
as $$
begin
  return query
  with due as (
    select payments.id, checkouts.status in ('pending', 'paid') as is_open, checkouts.updated_at as closed_at
    from public.payments
    join public.checkouts on checkouts.id = payments.checkout_id
    where payments.status in ('pending', 'requires_action', 'processing', 'failed')
      and payments.provider = 'stripe'
      and payments.next_check_at <= now()
    order by payments.next_check_at
    limit least(list_payments_to_reconcile.max_rows, 500)
    for no key update of payments skip locked
  ),
  claimed as (
    update public.payments
    set next_check_at = now() + greatest(interval '2 minutes', least(now() - payments.created_at, interval '1 hour')),
      -- The checkout has ended and no payment was ever attached: after a day there will be none.
      status = case
        when not due.is_open
          and payments.provider_payment_id is null
          and due.closed_at < now() - interval '1 day'
        then 'canceled'
        else payments.status
      end
    from due
    where payments.id = due.id
    returning payments.*, due.is_open
  )
  select
    claimed.id, claimed.checkout_id, claimed.attempt, claimed.provider_payment_id,
    case when claimed.is_open then 'check' else 'cancel' end
  from claimed
  where claimed.status <> 'canceled';
end;
$$;
comment on function private.list_payments_to_reconcile(integer) is 'See public.list_payments_to_reconcile.';
grant execute on function private.list_payments_to_reconcile(integer) to service_role;

create or replace function public.list_payments_to_reconcile(max_rows integer default 50)
returns table (payment_id uuid, checkout_id uuid, attempt integer, provider_intent_id text, action text)
language sql volatile security invoker
set search_path = ''
as $$ select * from private.list_payments_to_reconcile(list_payments_to_reconcile.max_rows); $$;
comment on function public.list_payments_to_reconcile(integer) is
  'Service only. Claims unsettled card payments: `check` asks the provider, `cancel` cancels there what is not '
  'awaited any more.';
grant execute on function public.list_payments_to_reconcile(integer) to service_role;
