-- public.stock_moves: members of the store read the ledger. Nobody writes it directly.
drop policy if exists stock_moves_select on public.stock_moves;
create policy stock_moves_select on public.stock_moves
  for select to authenticated
  using (
    store_id in (select private.my_store_ids())
    or (select private.is_platform_admin())
  );
comment on policy stock_moves_select on public.stock_moves is
  'Ledger of the stores you work for; platform admins see all.';
