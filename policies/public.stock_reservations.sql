-- public.stock_reservations: what is held, for those who work with the stock.
-- `array[store_id, <nil UUID>] && my_scopes()`: works for the store, or is platform admin (policies/README.md).
drop policy if exists stock_reservations_select_authenticated on public.stock_reservations;
create policy stock_reservations_select_authenticated on public.stock_reservations
  for select to authenticated
  using (
    coalesce(array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes()), false)
  );
comment on policy stock_reservations_select_authenticated on public.stock_reservations is
  'Members see what is held of their stores'' stock, platform admins all.';
