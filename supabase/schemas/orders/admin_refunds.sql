-- Refunds as those who run the marketplace look at them, in Studio or through the API; see admin_orders.
create or replace view public.admin_refunds with (security_invoker = true) as
select
  refunds.id,
  orders.reference as order_reference,
  stores.name as store,
  orders.customer_name as customer,
  refunds.status,
  orders.currency,
  refunds.amount,
  refunds.reason,
  refunds.provider_refund_id,
  refunds.created_at
from public.refunds
left join public.orders on orders.id = refunds.order_id
left join public.stores on stores.id = refunds.store_id
where (select private.is_operator());
grant select on public.admin_refunds to authenticated, service_role;
comment on view public.admin_refunds is
  'Refunds of all stores. Rows for operators only; decide_refund answers those that are requested.';
