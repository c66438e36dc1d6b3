-- Stores by what they sold in the last 30 days.
select stores.name as store, orders.currency, count(*) as orders, sum(orders.total_amount) as sold_amount,
  sum(orders.refunded_amount) as refunded_amount, count(distinct orders.customer_id) as customers
from public.orders
join public.stores on stores.id = orders.store_id
where orders.created_at >= now() - interval '30 days' and orders.status not in ('pending', 'cancelled')
group by stores.id, orders.currency
order by sold_amount desc;
