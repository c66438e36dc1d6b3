-- public.audit_log: operators see all, an owner what happened in their store. Nobody writes it directly.
drop policy if exists audit_log_select on public.audit_log;
create policy audit_log_select on public.audit_log
  for select to authenticated
  using (
    store_id in (select private.my_store_ids(array['owner']))
    or (select private.is_platform_admin())
  );
comment on policy audit_log_select on public.audit_log is
  'Owners: their store; platform admins: everything.';
