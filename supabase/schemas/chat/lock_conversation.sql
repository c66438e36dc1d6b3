-- Whoever writes into a conversation holds its row until the commit: what has a number below n was committed before n.
-- A member's row is held before, so that nobody is removed in the middle of what they do.
create or replace function private.lock_conversation(conversation_id uuid, user_id uuid) returns public.conversations
language plpgsql volatile
set search_path = ''
as $$
declare
  v_conversation public.conversations;
begin
  perform from public.store_members
  join public.conversations on conversations.store_id = store_members.store_id
  where conversations.id = lock_conversation.conversation_id
    and store_members.user_id = lock_conversation.user_id
  for key share of store_members;
  select * into v_conversation
  from public.conversations
  where conversations.id = lock_conversation.conversation_id
  for no key update;
  return v_conversation;
end;
$$;
comment on function private.lock_conversation(uuid, uuid) is
  'Locks a conversation, and before it the membership of whoever acts; all null if there is none.';
