-- The trail of who changed what, for operators: the newest first, with the names of people.
create or replace view public.admin_audit with (security_invoker = true) as
select
  audit_log.id,
  audit_log.at,
  coalesce(profiles.full_name, profiles.email, profiles.phone, audit_log.actor_role) as actor,
  audit_log.action,
  audit_log.table_name,
  audit_log.row_id,
  stores.name as store,
  audit_log.before,
  audit_log.after,
  audit_log.reason
from public.audit_log
left join public.profiles on profiles.id = audit_log.actor_id
left join public.stores on stores.id = audit_log.store_id
where (select private.is_operator());
grant select on public.admin_audit to authenticated, service_role;
comment on view public.admin_audit is 'Who changed what, newest with order=at.desc. Rows for operators only.';
