-- public.product_media: visible with their product; owner and managers of the store arrange them.
-- `array[store_id, <nil UUID>] && my_scopes()`: works for the store, or is platform admin (policies/README.md).
drop policy if exists product_media_select_anon on public.product_media;
create policy product_media_select_anon on public.product_media
  for select to anon
  using (is_listed);
comment on policy product_media_select_anon on public.product_media is
  'Visitors see pictures of listed products.';

drop policy if exists product_media_select_authenticated on public.product_media;
create policy product_media_select_authenticated on public.product_media
  for select to authenticated
  using (
    is_listed
    or array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes())
  );
comment on policy product_media_select_authenticated on public.product_media is
  'Everyone sees pictures of listed products, members those of all products of their stores, platform admins all.';

drop policy if exists product_media_insert_authenticated on public.product_media;
create policy product_media_insert_authenticated on public.product_media
  for insert to authenticated
  with check (array[store_id] && (select private.my_scopes(array['owner', 'manager'])));
comment on policy product_media_insert_authenticated on public.product_media is
  'Owners and managers add pictures to their stores'' products; a foreign key refuses a product of another store.';

drop policy if exists product_media_update_authenticated on public.product_media;
create policy product_media_update_authenticated on public.product_media
  for update to authenticated
  using (array[store_id] && (select private.my_scopes(array['owner', 'manager'])))
  with check (array[store_id] && (select private.my_scopes(array['owner', 'manager'])));
comment on policy product_media_update_authenticated on public.product_media is
  'Owners and managers describe and arrange their stores'' pictures.';

drop policy if exists product_media_delete_authenticated on public.product_media;
create policy product_media_delete_authenticated on public.product_media
  for delete to authenticated
  using (array[store_id] && (select private.my_scopes(array['owner', 'manager'])));
comment on policy product_media_delete_authenticated on public.product_media is
  'Owners and managers remove their stores'' pictures.';
