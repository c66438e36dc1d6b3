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
    or (deleted_at is null and store_id in (select private.my_store_ids()))
    or (select private.is_platform_admin())
  );
comment on policy products_select_authenticated on public.products is
  'Listed products, your store''s in any state; platform admins see every one.';

drop policy if exists products_update on public.products;
create policy products_update on public.products
  for update to authenticated
  using (
    deleted_at is null
    and store_id in (select private.my_store_ids(array['owner', 'manager']))
  )
  with check (store_id in (select private.my_store_ids(array['owner', 'manager'])));
comment on policy products_update on public.products is
  'Owner and managers; the grant leaves name and description.';
