-- public.stock_levels: members of the store. The public sees whether there is stock, on products and variants.
drop policy if exists stock_levels_select on public.stock_levels;
create policy stock_levels_select on public.stock_levels
  for select to authenticated
  using (
    store_id in (select private.my_store_ids())
    or (select private.is_platform_admin())
  );
comment on policy stock_levels_select on public.stock_levels is
  'Stock of the stores you work for; platform admins see all.';

drop policy if exists stock_levels_update on public.stock_levels;
create policy stock_levels_update on public.stock_levels
  for update to authenticated
  using (store_id in (select private.my_store_ids(array['owner', 'manager'])))
  with check (store_id in (select private.my_store_ids(array['owner', 'manager'])));
comment on policy stock_levels_update on public.stock_levels is
  'Owner and managers; the grant leaves the threshold of the alert.';
