-- public.products: everyone sees listed products; members all of their store's that are not deleted.
-- `array[store_id, <nil UUID>] && my_scopes()`: works for the store, or is platform admin (policies/README.md).
drop policy if exists products_select_anon on public.products;
create policy products_select_anon on public.products
  for select to anon
  using (is_listed);
comment on policy products_select_anon on public.products is
  'Visitors see listed products.';

drop policy if exists products_select_authenticated on public.products;
create policy products_select_authenticated on public.products
  for select to authenticated
  using (
    is_listed
    or array[case when deleted_at is null then store_id end, '00000000-0000-0000-0000-000000000000']
      && (select private.my_scopes())
  );
comment on policy products_select_authenticated on public.products is
  'Everyone sees listed products, members all of their stores that are not deleted, platform admins all.';

drop policy if exists products_update_authenticated on public.products;
create policy products_update_authenticated on public.products
  for update to authenticated
  using (
    deleted_at is null
    and array[store_id] && (select private.my_scopes(array['owner', 'manager']))
  )
  with check (array[store_id] && (select private.my_scopes(array['owner', 'manager'])));
comment on policy products_update_authenticated on public.products is
  'Owners and managers change name and description; no other column is granted.';
