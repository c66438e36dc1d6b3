-- public.transfer_reversals: what was taken back from a store. Its staff pack parcels and need not know.
-- `array[store_id, <nil UUID>] && my_scopes(…)`: owner or manager, or platform admin (policies/README.md).
drop policy if exists transfer_reversals_select_authenticated on public.transfer_reversals;
create policy transfer_reversals_select_authenticated on public.transfer_reversals
  for select to authenticated
  using (
    coalesce(
      array[store_id, '00000000-0000-0000-0000-000000000000']
        && (select private.my_scopes(array['owner', 'manager'])),
      false
    )
  );
comment on policy transfer_reversals_select_authenticated on public.transfer_reversals is
  'Owners and managers see those of their stores, platform admins all.';
