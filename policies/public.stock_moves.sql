-- public.stock_moves: members of the store read the ledger. Nobody writes it directly.
-- `array[store_id, <nil UUID>] && my_scopes()`: works for the store, or is platform admin (policies/README.md).
drop policy if exists stock_moves_select_authenticated on public.stock_moves;
create policy stock_moves_select_authenticated on public.stock_moves
  for select to authenticated
  using (
    coalesce(array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes()), false)
  );
comment on policy stock_moves_select_authenticated on public.stock_moves is
  'Members see the ledger of their stores, platform admins all.';
