-- public.stock_levels: members of the store. The public sees whether there is stock, on products and variants.
-- `array[store_id, <nil UUID>] && my_scopes()`: works for the store, or is platform admin (policies/README.md).
drop policy if exists stock_levels_select_authenticated on public.stock_levels;
create policy stock_levels_select_authenticated on public.stock_levels
  for select to authenticated
  using (
    coalesce(array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes()), false)
  );
comment on policy stock_levels_select_authenticated on public.stock_levels is
  'Members see the stock of their stores, platform admins all.';

drop policy if exists stock_levels_update_authenticated on public.stock_levels;
create policy stock_levels_update_authenticated on public.stock_levels
  for update to authenticated
  using (array[store_id] && (select private.my_scopes(array['owner', 'manager'])))
  with check (array[store_id] && (select private.my_scopes(array['owner', 'manager'])));
comment on policy stock_levels_update_authenticated on public.stock_levels is
  'Owners and managers set the threshold of the low-stock alert; no other column is granted.';
