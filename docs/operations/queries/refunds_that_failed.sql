-- Refunds that are to be paid back and are not yet, with what the provider said.
select refunds.id, orders.reference, refunds.status, refunds.currency, refunds.amount, refunds.attempts,
  refunds.next_attempt_at, refunds.failure
from public.refunds
left join public.orders on orders.id = refunds.order_id
where refunds.status in ('approved', 'processing', 'failed')
order by refunds.created_at;
