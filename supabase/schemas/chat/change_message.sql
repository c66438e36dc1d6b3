-- What edit_message and delete_message have in common: only who sent it, only for a while, and never twice differently.
create or replace function private.change_message(
  conversation_id uuid, seq integer, user_id uuid
) returns public.messages
language plpgsql volatile
set search_path = ''
as $$
declare
  v_conversation public.conversations := private.lock_conversation(
    change_message.conversation_id, change_message.user_id
  );
  v_message public.messages;
begin
  perform private.side_in_conversation(v_conversation, change_message.user_id);
  select * into v_message
  from public.messages
  where messages.conversation_id = v_conversation.id and messages.seq = change_message.seq;
  if not found then
    raise sqlstate 'PT404' using
      message = 'That message does not exist.', detail = 'message_not_found';
  end if;
  if v_message.sender_id is distinct from change_message.user_id then
    raise sqlstate 'PT403' using
      message = 'Somebody else wrote that message.', detail = 'not_your_message';
  end if;
  if v_message.deleted_at is null
    and clock_timestamp() > v_message.created_at + (
      select make_interval(mins => settings.message_edit_minutes) from private.settings
    )
  then
    raise sqlstate 'PT409' using
      message = 'It is too late to change this message.', detail = 'message_locked';
  end if;
  return v_message;
end;
$$;
comment on function private.change_message(uuid, integer, uuid) is
  'A message that its sender may still change, with its conversation locked; or one that is deleted already. '
  'Errors: conversation_not_found, message_not_found, not_your_message, message_locked.';
