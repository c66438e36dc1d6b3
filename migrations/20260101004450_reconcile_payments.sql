-- Work lists of the job that asks the provider what no event told us. Rows are claimed by pushing their next look out, so
-- that two runs at once do not do the same.
create function private.list_payments_to_reconcile(max_rows integer)
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
    limit least(max_rows, 500)
    for no key update of payments skip locked
  ),
  claimed as (
    update public.payments
    set next_check_at = now() + greatest(interval '2 minutes', least(now() - payments.created_at, interval '1 hour')),
      -- A closed checkout whose payment nobody ever saw at the provider: after a day there is none.
      status = case
        when not due.is_open and payments.provider_payment_id is null and due.closed_at < now() - interval '1 day' then 'canceled'
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

create function public.list_payments_to_reconcile(max_rows integer default 50)
returns table (payment_id uuid, checkout_id uuid, attempt integer, provider_intent_id text, action text)
language sql volatile security invoker
set search_path = ''
as $$ select * from private.list_payments_to_reconcile(list_payments_to_reconcile.max_rows); $$;
comment on function public.list_payments_to_reconcile(integer) is
  'Service only. Claims unsettled card payments: `check` asks the provider, `cancel` cancels there what is not awaited any more.';
grant execute on function public.list_payments_to_reconcile(integer) to service_role;

create function private.list_refunds_to_issue(max_rows integer)
returns table (refund_id uuid, provider_intent_id text, amount bigint, currency text)
language plpgsql volatile
security definer -- nobody holds a write grant on refunds
set search_path = ''
as $$
begin
  return query
  with due as (
    select refunds.id
    from public.refunds
    join public.payments on payments.id = refunds.payment_id
    where refunds.status = 'approved'
      and refunds.next_attempt_at <= now()
      and not private.is_disputed(refunds.payment_id)
      and payments.provider = 'stripe'
      and payments.provider_payment_id is not null
    order by refunds.next_attempt_at
    limit least(max_rows, 500)
    for no key update of refunds skip locked
  ),
  claimed as (
    update public.refunds
    set attempts = refunds.attempts + 1,
      next_attempt_at = now() + least(interval '30 seconds' * power(2, least(refunds.attempts, 10)), interval '1 hour')
    from due
    where refunds.id = due.id
    returning refunds.*
  )
  select claimed.id, payments.provider_payment_id, claimed.amount, claimed.currency
  from claimed
  join public.payments on payments.id = claimed.payment_id;
end;
$$;
comment on function private.list_refunds_to_issue(integer) is 'See public.list_refunds_to_issue.';
grant execute on function private.list_refunds_to_issue(integer) to service_role;

create function public.list_refunds_to_issue(max_rows integer default 50)
returns table (refund_id uuid, provider_intent_id text, amount bigint, currency text)
language sql volatile security invoker
set search_path = ''
as $$ select * from private.list_refunds_to_issue(list_refunds_to_issue.max_rows); $$;
comment on function public.list_refunds_to_issue(integer) is
  'Service only. Claims approved refunds that the provider was not told yet, with a growing pause between attempts.';
grant execute on function public.list_refunds_to_issue(integer) to service_role;
