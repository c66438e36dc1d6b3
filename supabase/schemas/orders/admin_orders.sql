-- Orders as those who run the marketplace look at them, in Studio or through the API: names instead of ids. As with
-- the other admin views, the caller's rights hold, and rows are shown to operators only.
create or replace view public.admin_orders with (security_invoker = true) as
select
  orders.id,
  orders.reference,
  stores.name as store,
  orders.customer_name as customer,
  orders.customer_phone,
  orders.customer_email,
  orders.status,
  orders.payment_method,
  orders.payment_status,
  orders.currency,
  orders.total_amount,
  orders.refunded_amount,
  orders.item_count,
  orders.created_at,
  orders.cancel_reason
from public.orders
join public.stores on stores.id = orders.store_id
where (select private.is_operator());
grant select on public.admin_orders to authenticated, service_role;
comment on view public.admin_orders is
  'Orders of all stores. Rows for operators only; advance_order, cancel_order and record_cash_payment move them. '
  'Pages by id.';
