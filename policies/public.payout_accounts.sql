-- public.payout_accounts: where a store's money goes. Its staff pack parcels and need not know.
-- `array[store_id, <nil UUID>] && my_scopes(…)`: owner or manager, or platform admin (policies/README.md).
drop policy if exists payout_accounts_select_authenticated on public.payout_accounts;
create policy payout_accounts_select_authenticated on public.payout_accounts
  for select to authenticated
  using (
    coalesce(
      array[store_id, '00000000-0000-0000-0000-000000000000']
        && (select private.my_scopes(array['owner', 'manager'])),
      false
    )
  );
comment on policy payout_accounts_select_authenticated on public.payout_accounts is
  'Owners and managers see those of their stores, platform admins all.';
