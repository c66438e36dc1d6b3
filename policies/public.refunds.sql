-- public.refunds: both sides of a sale see what is given back.
-- `array[store_id, <nil UUID>] && my_scopes()`: works for the store, or is platform admin (policies/README.md).
drop policy if exists refunds_select_authenticated on public.refunds;
create policy refunds_select_authenticated on public.refunds
  for select to authenticated
  using (
    customer_id = (select auth.uid())
    or coalesce(array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes()), false)
  );
comment on policy refunds_select_authenticated on public.refunds is
  'Customers see their own refunds, members those of their stores, platform admins all.';
