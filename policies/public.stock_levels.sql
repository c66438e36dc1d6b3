-- public.stock_levels: members of the store. The public sees whether there is stock, on products and variants.
drop policy if exists stock_levels_select on public.stock_levels;
create policy stock_levels_select on public.stock_levels
  for select to authenticated
  using (
    coalesce(array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes()), false)
  );
comment on policy stock_levels_select on public.stock_levels is
  'Stock of the stores you work for; platform admins see all.';

drop policy if exists stock_levels_update on public.stock_levels;
create policy stock_levels_update on public.stock_levels
  for update to authenticated
  using (array[store_id] && (select private.my_scopes(array['owner', 'manager'])))
  with check (array[store_id] && (select private.my_scopes(array['owner', 'manager'])));
comment on policy stock_levels_update on public.stock_levels is
  'Owner and managers; the grant leaves the threshold of the alert.';
