-- public.disputes: one may be about the orders of several stores, so only platform admins see the whole.
drop policy if exists disputes_select_authenticated on public.disputes;
create policy disputes_select_authenticated on public.disputes
  for select to authenticated
  using (
    (select private.is_platform_admin())
  );
comment on policy disputes_select_authenticated on public.disputes is
  'Platform admins see disputes; stores see their dispute_shares.';
