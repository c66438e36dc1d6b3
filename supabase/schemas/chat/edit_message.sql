-- A slip of the finger is mended; after a while what was said was said. Editing is saying something, so a block refuses
-- it as well.
create or replace function private.edit_message(conversation_id uuid, seq integer, body text) returns public.messages
language plpgsql volatile
security definer -- clients hold no write grant on messages
set search_path = ''
as $$
declare
  v_message public.messages := private.change_message(
    edit_message.conversation_id, edit_message.seq, private.require_user()
  );
  v_body text := private.tidy_message(edit_message.body, v_message.attachments <> '[]');
begin
  if v_message.deleted_at is not null then
    raise sqlstate 'PT409' using
      message = 'This message was deleted.', detail = 'message_locked';
  end if;
  perform private.require_unblocked(conversations.store_id, conversations.customer_id)
  from public.conversations
  where conversations.id = v_message.conversation_id;
  if v_body = v_message.body then
    return v_message;
  end if;
  perform private.keep_original(v_message);
  update public.messages
  set body = v_body, edited_at = clock_timestamp()
  where messages.conversation_id = v_message.conversation_id and messages.seq = v_message.seq
  returning * into v_message;
  return v_message;
end;
$$;
comment on function private.edit_message(uuid, integer, text) is 'See public.edit_message.';
grant execute on function private.edit_message(uuid, integer, text) to anon, authenticated;

create or replace function public.edit_message(conversation_id uuid, seq integer, body text) returns public.messages
language sql volatile security invoker
set search_path = ''
as $$ select * from private.edit_message(edit_message.conversation_id, edit_message.seq, edit_message.body); $$;
comment on function public.edit_message(uuid, integer, text) is
  'Its sender changes the text of a message, for message_edit_minutes (15) after sending. Number and files stay. '
  'Errors: not_signed_in, account_required, session_revoked, conversation_not_found, message_not_found, '
  'not_your_message, message_locked, invalid_message, blocked.';
grant execute on function public.edit_message(uuid, integer, text) to anon, authenticated;
