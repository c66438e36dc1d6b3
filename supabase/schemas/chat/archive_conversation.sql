-- An inbox is cleared, nothing is deleted: the next message brings the conversation back.
create or replace function private.archive_conversation(conversation_id uuid, is_archived boolean) returns jsonb
language plpgsql volatile
security definer -- clients hold no write grant on conversations
set search_path = ''
as $$
declare
  v_user_id uuid := private.require_user();
  v_conversation public.conversations := private.lock_conversation(archive_conversation.conversation_id, v_user_id);
  v_side text := private.side_in_conversation(v_conversation, v_user_id);
begin
  perform private.file_conversation(v_conversation.id, v_side, coalesce(archive_conversation.is_archived, true));
  return private.conversation_card(v_conversation.id, v_side, v_user_id);
end;
$$;
comment on function private.archive_conversation(uuid, boolean) is 'See public.archive_conversation.';
grant execute on function private.archive_conversation(uuid, boolean) to anon, authenticated;

create or replace function public.archive_conversation(
  conversation_id uuid, is_archived boolean default true
) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$
  select private.archive_conversation(archive_conversation.conversation_id, archive_conversation.is_archived);
$$;
comment on function public.archive_conversation(uuid, boolean) is
  'Files a conversation away for the caller''s side, or takes it out again (is_archived false); so does the next '
  'message. Returns it as list_conversations does. Errors: not_signed_in, account_required, session_revoked, '
  'conversation_not_found.';
grant execute on function public.archive_conversation(uuid, boolean) to anon, authenticated;
