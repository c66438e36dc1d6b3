create or replace function private.stale_attachments(max integer) returns setof text
language sql stable
set search_path = ''
as $$
  select objects.name
  from storage.objects
  where objects.bucket_id = 'message-attachments'
    and (
      exists (select from private.discarded_attachments where discarded_attachments.path = objects.name)
      or (
        -- Uploaded, and never sent.
        objects.created_at < now() - interval '24 hours'
        and not exists (
          select from public.messages
          where messages.conversation_id = case
              when objects.name ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/' then left(objects.name, 36)
            end::uuid
            and messages.attachments <> '[]'
            and messages.attachments @> jsonb_build_array(jsonb_build_object('path', objects.name))
        )
      )
    )
  limit greatest(stale_attachments.max, 0);
$$;
comment on function private.stale_attachments(integer) is
  'Paths in message-attachments of files whose message was deleted, and of those that no message names a day after '
  'they were uploaded. At most `max`.';
