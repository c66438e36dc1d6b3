create or replace function private.take_message_away(message public.messages, deleted_by text) returns public.messages
language plpgsql volatile
set search_path = ''
as $$
declare
  v_message public.messages;
begin
  perform private.keep_original(take_message_away.message);
  insert into private.discarded_attachments (path)
  select file.value ->> 'path'
  from jsonb_array_elements(take_message_away.message.attachments) as file (value)
  on conflict on constraint discarded_attachments_pkey do nothing;
  update public.messages
  set body = '', attachments = '[]', deleted_at = clock_timestamp(), deleted_by = take_message_away.deleted_by
  where messages.conversation_id = take_message_away.message.conversation_id
    and messages.seq = take_message_away.message.seq
  returning * into v_message;
  return v_message;
end;
$$;
comment on function private.take_message_away(public.messages, text) is
  'Leaves of a message its number; deleted_by: sender or marketplace. Its conversation is locked.';
