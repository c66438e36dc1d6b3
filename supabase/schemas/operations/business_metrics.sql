create or replace function private.business_metrics() returns setof private.metric
language sql stable
set search_path = ''
as $$
  select 'marketbase_orders', 'gauge', 'Orders of the last 24 hours by status.',
    jsonb_build_object('status', orders.status), count(*)::numeric
  from public.orders
  where orders.id >= private.first_id_at(now() - interval '24 hours')
  group by orders.status
  union all
  select 'marketbase_outbox_messages', 'gauge', 'Messages that wait or could not be delivered.',
    jsonb_build_object('status', statuses.status), count(outbox.id)
  from unnest(array['pending', 'dead']) as statuses (status)
  left join private.outbox on outbox.status = statuses.status
  group by statuses.status
  union all
  select 'marketbase_outbox_oldest_due_seconds', 'gauge', 'Age of the oldest message that should have gone out.', '{}',
    ((private.service_health() -> 'outbox') ->> 'oldest_due_seconds')::numeric
  union all
  select 'marketbase_stock_low', 'gauge', 'Variants at or below their low-stock threshold.', '{}', count(*)
  from public.stock_levels
  where stock_levels.is_low
  union all
  select 'marketbase_alerts_open', 'gauge', 'Alerts that nobody resolved yet.', '{}', count(*)
  from private.alerts
  where alerts.resolved_at is null
  union all
  select 'marketbase_vault_secrets_missing', 'gauge', 'Secrets that jobs need and the vault does not have.', '{}',
    cardinality(private.missing_secrets());
$$;
comment on function private.business_metrics() is
  'Figures about the business: orders of the last day, messages, low stock, open alerts, missing secrets.';
