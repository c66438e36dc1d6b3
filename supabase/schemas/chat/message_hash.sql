create or replace function private.message_hash(message public.messages) returns bytea
language plpgsql stable
set search_path = ''
as $$
begin
  return coalesce(
    (
      select message_originals.content_hash
      from private.message_originals
      where message_originals.conversation_id = message_hash.message.conversation_id
        and message_originals.seq = message_hash.message.seq
    ),
    private.message_content_hash(
      message_hash.message.body,
      array(
        select file.value ->> 'path'
        from jsonb_array_elements(message_hash.message.attachments) with ordinality as file (value, position)
        order by file.position
      )
    )
  );
end;
$$;
comment on function private.message_hash(public.messages) is
  'What a message was sent with, as a hash: also after it was edited or deleted.';
