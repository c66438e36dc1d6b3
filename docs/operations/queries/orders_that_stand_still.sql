-- Orders that were confirmed three days ago or earlier and have not been sent, the oldest first.
select orders.reference, stores.name as store, stores.phone as store_phone, orders.customer_name,
  orders.status, orders.confirmed_at, orders.currency, orders.total_amount
from public.orders
join public.stores on stores.id = orders.store_id
where orders.status in ('confirmed', 'processing') and orders.confirmed_at < now() - interval '3 days'
order by orders.confirmed_at;
