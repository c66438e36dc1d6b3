-- Card payments that are neither paid nor given up, and when the provider is asked about them next.
select payments.id, payments.checkout_id, payments.status, payments.currency, payments.amount,
  payments.created_at, payments.next_check_at, payments.failure_code, payments.failure_message
from public.payments
where payments.provider = 'stripe' and payments.status not in ('succeeded', 'failed', 'canceled')
order by payments.created_at;
