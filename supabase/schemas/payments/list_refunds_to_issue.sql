-- Refunds that are approved and that nobody has sent to the provider yet: the page that should have done so was
-- closed, or the system made the refund itself. Listing one pushes its next attempt into the future, longer each
-- time, so a provider that is down is not asked over and over.
create or replace function private.list_refunds_to_issue(max_rows integer)
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
    limit least(list_refunds_to_issue.max_rows, 500)
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

create or replace function public.list_refunds_to_issue(max_rows integer default 50)
returns table (refund_id uuid, provider_intent_id text, amount bigint, currency text)
language sql volatile security invoker
set search_path = ''
as $$ select * from private.list_refunds_to_issue(list_refunds_to_issue.max_rows); $$;
comment on function public.list_refunds_to_issue(integer) is
  'Service only. Claims approved refunds that the provider was not told yet, with a growing pause between attempts.';
grant execute on function public.list_refunds_to_issue(integer) to service_role;
