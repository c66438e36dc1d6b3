-- What was sold on each of the last 30 days (UTC), by currency: orders that were not cancelled, and refunds of them.
select date_trunc('day', orders.created_at at time zone 'UTC')::date as day, orders.currency,
  count(*) as orders, sum(orders.total_amount) as sold_amount, sum(orders.refunded_amount) as refunded_amount
from public.orders
where orders.created_at >= now() - interval '30 days' and orders.status not in ('pending', 'cancelled')
group by day, orders.currency
order by day desc, orders.currency;
