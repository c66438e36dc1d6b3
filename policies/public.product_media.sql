-- public.product_media: visible with their product; owner and managers of the store arrange them.
drop policy if exists product_media_select_anon on public.product_media;
create policy product_media_select_anon on public.product_media
  for select to anon
  using (is_listed);
comment on policy product_media_select_anon on public.product_media is
  'Pictures of listed products.';

drop policy if exists product_media_select_authenticated on public.product_media;
create policy product_media_select_authenticated on public.product_media
  for select to authenticated
  using (
    is_listed
    or array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes())
  );
comment on policy product_media_select_authenticated on public.product_media is
  'Pictures of listed products, and of all products of the stores you work for; platform admins see every one.';

drop policy if exists product_media_insert on public.product_media;
create policy product_media_insert on public.product_media
  for insert to authenticated
  with check (array[store_id] && (select private.my_scopes(array['owner', 'manager'])));
comment on policy product_media_insert on public.product_media is
  'Owner and managers; the foreign key keeps product and store together.';

drop policy if exists product_media_update on public.product_media;
create policy product_media_update on public.product_media
  for update to authenticated
  using (array[store_id] && (select private.my_scopes(array['owner', 'manager'])))
  with check (array[store_id] && (select private.my_scopes(array['owner', 'manager'])));
comment on policy product_media_update on public.product_media is
  'Owner and managers.';

drop policy if exists product_media_delete on public.product_media;
create policy product_media_delete on public.product_media
  for delete to authenticated
  using (array[store_id] && (select private.my_scopes(array['owner', 'manager'])));
comment on policy product_media_delete on public.product_media is
  'Owner and managers.';
