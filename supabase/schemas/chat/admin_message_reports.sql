-- Reported messages as those who run the marketplace look at them, in Studio or through the API; see admin_orders. They
-- read what was reported, never the conversation around it.
create or replace view public.admin_message_reports with (security_invoker = true) as
select
  message_reports.id,
  stores.name as store,
  message_reports.author_side,
  message_reports.body,
  message_reports.attachments,
  message_reports.reason,
  message_reports.note,
  message_reports.status,
  message_reports.created_at,
  message_reports.decided_at,
  message_reports.decision_reason
from public.message_reports
left join public.stores on stores.id = message_reports.store_id
where (select private.is_operator());
grant select on public.admin_message_reports to authenticated, service_role;
comment on view public.admin_message_reports is
  'Messages that somebody reported. Rows for operators only; moderate_message answers those that are open.';
