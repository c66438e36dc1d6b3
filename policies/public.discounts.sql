-- public.discounts: everyone sees what is in force; members everything of their store, its owner and managers write.
-- `array[store_id, <nil UUID>] && my_scopes()`: works for the store, or is platform admin (policies/README.md).
drop policy if exists discounts_select_anon on public.discounts;
create policy discounts_select_anon on public.discounts
  for select to anon
  using (
    is_active
    and (starts_at is null or starts_at <= now())
    and (ends_at is null or ends_at > now())
    and exists (select from public.stores where stores.id = discounts.store_id)
    and (product_id is null or exists (select from public.products where products.id = discounts.product_id))
  );
comment on policy discounts_select_anon on public.discounts is
  'Visitors see discounts in force, of stores and on products that they can see.';

drop policy if exists discounts_select_authenticated on public.discounts;
create policy discounts_select_authenticated on public.discounts
  for select to authenticated
  using (
    (
      is_active
      and (starts_at is null or starts_at <= now())
      and (ends_at is null or ends_at > now())
      and exists (select from public.stores where stores.id = discounts.store_id)
      and (product_id is null or exists (select from public.products where products.id = discounts.product_id))
    )
    or array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes())
  );
comment on policy discounts_select_authenticated on public.discounts is
  'Everyone sees discounts in force as visitors do, members all of their stores, platform admins all.';

drop policy if exists discounts_insert_authenticated on public.discounts;
create policy discounts_insert_authenticated on public.discounts
  for insert to authenticated
  with check (array[store_id] && (select private.my_scopes(array['owner', 'manager'])));
comment on policy discounts_insert_authenticated on public.discounts is
  'Owners and managers make discounts for their stores; a foreign key refuses a product of another store.';

drop policy if exists discounts_update_authenticated on public.discounts;
create policy discounts_update_authenticated on public.discounts
  for update to authenticated
  using (array[store_id] && (select private.my_scopes(array['owner', 'manager'])))
  with check (array[store_id] && (select private.my_scopes(array['owner', 'manager'])));
comment on policy discounts_update_authenticated on public.discounts is
  'Owners and managers change their stores'' discounts.';

drop policy if exists discounts_delete_authenticated on public.discounts;
create policy discounts_delete_authenticated on public.discounts
  for delete to authenticated
  using (array[store_id] && (select private.my_scopes(array['owner', 'manager'])));
comment on policy discounts_delete_authenticated on public.discounts is
  'Owners and managers delete their stores'' discounts; orders keep the prices that were paid.';
