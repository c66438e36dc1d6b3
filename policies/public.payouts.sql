-- public.payouts: what a store had paid out. Its staff pack parcels and need not know.
-- `array[store_id, <nil UUID>] && my_scopes(…)`: owner or manager, or platform admin (policies/README.md).
drop policy if exists payouts_select_authenticated on public.payouts;
create policy payouts_select_authenticated on public.payouts
  for select to authenticated
  using (
    coalesce(
      array[store_id, '00000000-0000-0000-0000-000000000000']
        && (select private.my_scopes(array['owner', 'manager'])),
      false
    )
  );
comment on policy payouts_select_authenticated on public.payouts is
  'Owners and managers see those of their stores, platform admins all.';
