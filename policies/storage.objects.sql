-- storage.objects: members write below the folder of their store, people below their own. Both buckets are public to read by exact path;
-- what a SELECT policy opens is listing, so it goes no further than writing does.
drop policy if exists objects_select_authenticated on storage.objects;
create policy objects_select_authenticated on storage.objects
  for select to authenticated
  using (
    (
      bucket_id = 'store-media'
      and array[(storage.foldername(name))[1]] && (select private.my_scopes())::text[]
    )
    or (
      bucket_id = 'avatars'
      and (storage.foldername(name))[1] = (select auth.uid())::text
    )
  );
comment on policy objects_select_authenticated on storage.objects is
  'Listing: folders of the stores you work for, and your own.';

drop policy if exists objects_insert_authenticated on storage.objects;
create policy objects_insert_authenticated on storage.objects
  for insert to authenticated
  with check (
    (
      bucket_id = 'store-media'
      and array[(storage.foldername(name))[1]] && (select private.my_scopes(array['owner', 'manager']))::text[]
    )
    or (
      bucket_id = 'avatars'
      and (storage.foldername(name))[1] = (select auth.uid())::text
    )
  );
comment on policy objects_insert_authenticated on storage.objects is
  'Owner and managers below their store''s folder; everyone below their own among avatars.';

drop policy if exists objects_update_authenticated on storage.objects;
create policy objects_update_authenticated on storage.objects
  for update to authenticated
  using (
    (
      bucket_id = 'store-media'
      and array[(storage.foldername(name))[1]] && (select private.my_scopes(array['owner', 'manager']))::text[]
    )
    or (
      bucket_id = 'avatars'
      and (storage.foldername(name))[1] = (select auth.uid())::text
    )
  )
  with check (
    (
      bucket_id = 'store-media'
      and array[(storage.foldername(name))[1]] && (select private.my_scopes(array['owner', 'manager']))::text[]
    )
    or (
      bucket_id = 'avatars'
      and (storage.foldername(name))[1] = (select auth.uid())::text
    )
  );
comment on policy objects_update_authenticated on storage.objects is
  'As insert, before and after: nothing moves into a foreign folder.';

drop policy if exists objects_delete_authenticated on storage.objects;
create policy objects_delete_authenticated on storage.objects
  for delete to authenticated
  using (
    (
      bucket_id = 'store-media'
      and array[(storage.foldername(name))[1]] && (select private.my_scopes(array['owner', 'manager']))::text[]
    )
    or (
      bucket_id = 'avatars'
      and (storage.foldername(name))[1] = (select auth.uid())::text
    )
  );
comment on policy objects_delete_authenticated on storage.objects is
  'As insert.';
