-- public.dispute_shares: the part of a dispute that one store may lose. Customers hear of it from their bank.
-- `array[store_id, <nil UUID>] && my_scopes()`: works for the store, or is platform admin (policies/README.md).
drop policy if exists dispute_shares_select_authenticated on public.dispute_shares;
create policy dispute_shares_select_authenticated on public.dispute_shares
  for select to authenticated
  using (
    coalesce(array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes()), false)
  );
comment on policy dispute_shares_select_authenticated on public.dispute_shares is
  'Members see the shares of the stores they work for, platform admins all.';
