-- public.products: the public sees listed ones; members all of their store's that are not deleted.
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
    or array[case when deleted_at is null then store_id end, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes())
  );
comment on policy products_select_authenticated on public.products is
  'Listed products, your store''s in any state; platform admins see every one.';

drop policy if exists products_update on public.products;
create policy products_update on public.products
  for update to authenticated
  using (
    deleted_at is null
    and array[store_id] && (select private.my_scopes(array['owner', 'manager']))
  )
  with check (array[store_id] && (select private.my_scopes(array['owner', 'manager'])));
comment on policy products_update on public.products is
  'Owner and managers; the grant leaves name and description.';
