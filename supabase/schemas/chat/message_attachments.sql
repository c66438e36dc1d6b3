-- A file is uploaded first and named by a message then. Only its uploader can send it, only into the conversation whose
-- folder it lies in, and once: deleting the message removes it.
create or replace function private.message_attachments(conversation_id uuid, user_id uuid, paths text[]) returns jsonb
language plpgsql stable
security definer -- reads the list of files
set search_path = ''
as $$
declare
  v_files jsonb;
begin
  select jsonb_agg(
    jsonb_build_object(
      'path', objects.name, 'mime_type', objects.metadata ->> 'mimetype', 'size', (objects.metadata ->> 'size')::bigint
    )
    order by wanted.position
  )
  into v_files
  from (
    select distinct on (given.path) given.path, given.position
    from unnest(message_attachments.paths) with ordinality as given (path, position)
    order by given.path, given.position
  ) as wanted
  join storage.objects on objects.bucket_id = 'message-attachments' and objects.name = wanted.path
  join storage.buckets on buckets.id = objects.bucket_id
  where objects.name like message_attachments.conversation_id || '/%'
    and objects.owner_id = message_attachments.user_id::text
    and objects.metadata ->> 'mimetype' = any (buckets.allowed_mime_types)
    -- Files that nobody sent are removed after a day; one that is about to be is not sent any more.
    and objects.created_at > now() - interval '23 hours'
    and not exists (
      select from public.messages
      where messages.conversation_id = message_attachments.conversation_id
        and messages.attachments <> '[]'
        and messages.attachments @> jsonb_build_array(jsonb_build_object('path', objects.name))
    )
    and not exists (select from private.discarded_attachments where discarded_attachments.path = objects.name);
  if coalesce(jsonb_array_length(v_files), 0) <> coalesce(cardinality(message_attachments.paths), 0)
    or cardinality(message_attachments.paths) > 5
  then
    raise sqlstate 'PT422' using
      message = 'That file cannot be sent.', detail = 'invalid_attachment',
      hint = 'Up to five of your own uploads below the folder of this conversation, each sent once and within a day.';
  end if;
  return coalesce(v_files, '[]');
end;
$$;
comment on function private.message_attachments(uuid, uuid, text[]) is
  'What a message says about its files: [{path, mime_type, size}]. Errors: invalid_attachment.';
