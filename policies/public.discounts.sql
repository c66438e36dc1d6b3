-- public.discounts: the public sees what is in force; members everything of their store, owner and managers write.
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
  'Discounts in force at stores you can see, on products you can see.';

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
  'Discounts in force on what you can see, and all of the stores you work for.';

drop policy if exists discounts_insert on public.discounts;
create policy discounts_insert on public.discounts
  for insert to authenticated
  with check (array[store_id] && (select private.my_scopes(array['owner', 'manager'])));
comment on policy discounts_insert on public.discounts is
  'Owner and managers; the foreign key keeps product and store together.';

drop policy if exists discounts_update on public.discounts;
create policy discounts_update on public.discounts
  for update to authenticated
  using (array[store_id] && (select private.my_scopes(array['owner', 'manager'])))
  with check (array[store_id] && (select private.my_scopes(array['owner', 'manager'])));
comment on policy discounts_update on public.discounts is
  'Owner and managers.';

drop policy if exists discounts_delete on public.discounts;
create policy discounts_delete on public.discounts
  for delete to authenticated
  using (array[store_id] && (select private.my_scopes(array['owner', 'manager'])));
comment on policy discounts_delete on public.discounts is
  'Owner and managers; past orders hold copies.';
