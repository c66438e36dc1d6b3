-- Whoever writes into a conversation holds its row until the commit: what has a number below n was committed before n.
-- Before it the people and the membership are held, so that no account and no member goes in the middle of it.
create or replace function private.lock_conversation(conversation_id uuid, user_id uuid) returns public.conversations
language plpgsql volatile
set search_path = ''
as $$
declare
  v_conversation public.conversations;
begin
  perform from auth.users
  where users.id in (
    select person.id
    from public.conversations
    cross join unnest(array[lock_conversation.user_id, conversations.customer_id, conversations.assignee_id])
      as person (id)
    where conversations.id = lock_conversation.conversation_id
  )
  order by users.id
  for key share;
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
  'Locks a conversation, and before it its people and the membership of whoever acts; all null if there is none.';
