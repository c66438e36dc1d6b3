-- storage.objects: members write below the folder of their store, people below their own, and authors the photos of
-- their reviews below <store id>/reviews/<own id>, where members write nothing. Everybody may read a file of a public
-- bucket by its exact path; what a SELECT policy opens there is listing, so it goes no further than writing does.
-- Evidence for disputes is private: it is written once, and read by its store and by platform admins.
-- `array[<folder>] && my_scopes()`: works for the store whose id the folder has (policies/README.md).
-- Files of messages lie in message-attachments/<conversation id>/<uuid>: whoever sees the conversation uploads there,
-- and whoever sees the message signs URLs of its files. Nobody replaces or removes one: what was sent stays as it was.
drop policy if exists objects_select_authenticated on storage.objects;
create policy objects_select_authenticated on storage.objects
  for select to authenticated
  using (
    (
      bucket_id = 'store-media'
      and array[(storage.foldername(name))[1]] && (select private.my_scopes())::text[]
    )
    or (
      bucket_id = 'store-media'
      and (storage.foldername(name))[2:3] = array['reviews', (select auth.uid())::text]
    )
    or (
      bucket_id = 'avatars'
      and (storage.foldername(name))[1] = (select auth.uid())::text
    )
    or (
      bucket_id = 'message-attachments'
      and (
        owner_id = (select auth.uid())::text
        or exists (
          select from public.messages
          where messages.conversation_id = case
              when objects.name ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/' then left(objects.name, 36)
            end::uuid
            and messages.attachments <> '[]'
            and messages.attachments @> jsonb_build_array(jsonb_build_object('path', objects.name))
        )
      )
    )
    or (
      bucket_id = 'dispute-evidence'
      and array[(storage.foldername(name))[1], '00000000-0000-0000-0000-000000000000']
        && (select private.my_scopes(array['owner', 'manager']))::text[]
    )
  );
comment on policy objects_select_authenticated on storage.objects is
  'Members list the folders of their stores, people their own folders among avatars and review photos; the two sides '
  'of a conversation see the files of its messages; owners, managers and platform admins read evidence.';

drop policy if exists objects_insert_authenticated on storage.objects;
create policy objects_insert_authenticated on storage.objects
  for insert to authenticated
  with check (
    (
      bucket_id in ('store-media', 'dispute-evidence')
      and array[(storage.foldername(name))[1]] && (select private.my_scopes(array['owner', 'manager']))::text[]
      and (storage.foldername(name))[2] is distinct from 'reviews'
    )
    or (
      bucket_id = 'store-media'
      and (storage.foldername(name))[2:3] = array['reviews', (select auth.uid())::text]
    )
    or (
      bucket_id = 'avatars'
      and (storage.foldername(name))[1] = (select auth.uid())::text
    )
    or (
      bucket_id = 'message-attachments'
      and exists (
        select from public.conversations
        where conversations.id = case
          when objects.name ~ (
              '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'
              '(\.(png|jpe?g|webp|avif|gif|hei[cf]|pdf))?$'
            ) then left(objects.name, 36)
        end::uuid
      )
    )
  );
comment on policy objects_insert_authenticated on storage.objects is
  'Owners and managers upload below their stores'' folders, but not among the photos of reviews; people below their '
  'own among these and the avatars, and below their conversations.';

drop policy if exists objects_update_authenticated on storage.objects;
create policy objects_update_authenticated on storage.objects
  for update to authenticated
  using (
    (
      bucket_id = 'store-media'
      and array[(storage.foldername(name))[1]] && (select private.my_scopes(array['owner', 'manager']))::text[]
      and (storage.foldername(name))[2] is distinct from 'reviews'
    )
    or (
      bucket_id = 'store-media'
      and (storage.foldername(name))[2:3] = array['reviews', (select auth.uid())::text]
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
      and (storage.foldername(name))[2] is distinct from 'reviews'
    )
    or (
      bucket_id = 'store-media'
      and (storage.foldername(name))[2:3] = array['reviews', (select auth.uid())::text]
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
      and (storage.foldername(name))[2] is distinct from 'reviews'
    )
    or (
      bucket_id = 'store-media'
      and (storage.foldername(name))[2:3] = array['reviews', (select auth.uid())::text]
    )
    or (
      bucket_id = 'avatars'
      and (storage.foldername(name))[1] = (select auth.uid())::text
    )
  );
comment on policy objects_delete_authenticated on storage.objects is 'As for uploading.';
