-- storage.objects: members write below the folder of their store, people below their own. Everybody may read a file of
-- a public bucket by its exact path; what a SELECT policy opens there is listing, so it goes no further than writing
-- does. Evidence for disputes is private: it is written once, and read by its store and by platform admins.
-- `array[<folder>] && my_scopes()`: works for the store whose id the folder has (policies/README.md).
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
    or (
      bucket_id = 'dispute-evidence'
      and array[(storage.foldername(name))[1], '00000000-0000-0000-0000-000000000000']
        && (select private.my_scopes(array['owner', 'manager']))::text[]
    )
  );
comment on policy objects_select_authenticated on storage.objects is
  'Members list the folders of their stores, people their own folder among the avatars; owners, managers '
  'and platform admins read evidence.';

drop policy if exists objects_insert_authenticated on storage.objects;
create policy objects_insert_authenticated on storage.objects
  for insert to authenticated
  with check (
    (
      bucket_id in ('store-media', 'dispute-evidence')
      and array[(storage.foldername(name))[1]] && (select private.my_scopes(array['owner', 'manager']))::text[]
    )
    or (
      bucket_id = 'avatars'
      and (storage.foldername(name))[1] = (select auth.uid())::text
    )
  );
comment on policy objects_insert_authenticated on storage.objects is
  'Owners and managers upload below their stores'' folders, people below their own among the avatars.';

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
  'As for uploading, before and after the change: no file moves into a folder of somebody else.';

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
comment on policy objects_delete_authenticated on storage.objects is 'As for uploading.';
