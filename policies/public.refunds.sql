-- public.refunds: seen by both sides.
drop policy if exists refunds_select_authenticated on public.refunds;
create policy refunds_select_authenticated on public.refunds
  for select to authenticated
  using (
    customer_id = (select auth.uid())
    or store_id in (select private.my_store_ids())
    or (select private.is_platform_admin())
  );
comment on policy refunds_select_authenticated on public.refunds is
  'Customers see their own refunds, members those of their stores, platform admins all.';
