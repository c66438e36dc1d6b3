-- public.product_media: visible with their product; owner and managers of the store arrange them.
drop policy if exists product_media_select on public.product_media;
create policy product_media_select on public.product_media
  for select to anon, authenticated
  using (exists (select from public.products where products.id = product_media.product_id));
comment on policy product_media_select on public.product_media is
  'Pictures of products you can see.';

drop policy if exists product_media_insert on public.product_media;
create policy product_media_insert on public.product_media
  for insert to authenticated
  with check (store_id in (select private.my_store_ids(array['owner', 'manager'])));
comment on policy product_media_insert on public.product_media is
  'Owner and managers; the foreign key keeps product and store together.';

drop policy if exists product_media_update on public.product_media;
create policy product_media_update on public.product_media
  for update to authenticated
  using (store_id in (select private.my_store_ids(array['owner', 'manager'])))
  with check (store_id in (select private.my_store_ids(array['owner', 'manager'])));
comment on policy product_media_update on public.product_media is
  'Owner and managers.';

drop policy if exists product_media_delete on public.product_media;
create policy product_media_delete on public.product_media
  for delete to authenticated
  using (store_id in (select private.my_store_ids(array['owner', 'manager'])));
comment on policy product_media_delete on public.product_media is
  'Owner and managers.';
