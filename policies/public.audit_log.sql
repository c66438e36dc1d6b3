-- public.audit_log: operators see all, an owner what happened in their store. Nobody writes it directly.
drop policy if exists audit_log_select on public.audit_log;
create policy audit_log_select on public.audit_log
  for select to authenticated
  using (
    coalesce(array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes(array['owner'])), false)
  );
comment on policy audit_log_select on public.audit_log is
  'Owners: their store; platform admins: everything.';
