-- public.stock_reservations: what is held, for those who work with the stock.
drop policy if exists stock_reservations_select_authenticated on public.stock_reservations;
create policy stock_reservations_select_authenticated on public.stock_reservations
  for select to authenticated
  using (
    store_id in (select private.my_store_ids())
    or (select private.is_platform_admin())
  );
comment on policy stock_reservations_select_authenticated on public.stock_reservations is
  'Members see what is held of their stores'' stock.';
