-- public.audit_log: platform admins see all, an owner what happened in their stores. Written by the database only.
-- `array[store_id, <nil UUID>] && my_scopes()`: works for the store, or is platform admin (policies/README.md).
drop policy if exists audit_log_select_authenticated on public.audit_log;
create policy audit_log_select_authenticated on public.audit_log
  for select to authenticated
  using (
    coalesce(
      array[store_id, '00000000-0000-0000-0000-000000000000']
        && (select private.my_scopes(array['owner'])),
      false
    )
  );
comment on policy audit_log_select_authenticated on public.audit_log is
  'Owners see what happened in their stores, platform admins everything.';
