-- Everything that happened to one order. Write its reference in place of the one that is asked for here.
with wanted as (select orders.id from public.orders order by orders.created_at desc limit 1)
-- with wanted as (select orders.id from public.orders where orders.reference = 'WW-1001')
select order_events.*
from public.order_events
join wanted on wanted.id = order_events.order_id
order by order_events.created_at;
