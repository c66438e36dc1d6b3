-- Several people answer for a store; one of them takes a conversation, and then only that one is told of it.
create or replace function private.assign_conversation(conversation_id uuid, user_id uuid) returns jsonb
language plpgsql volatile
security definer -- clients hold no write grant on conversations
set search_path = ''
as $$
declare
  v_user_id uuid := private.require_user();
  v_conversation public.conversations;
begin
  -- Held before the conversation, so that nobody is assigned who is just being removed.
  perform from auth.users where users.id = assign_conversation.user_id for key share;
  perform from public.store_members
  join public.conversations on conversations.store_id = store_members.store_id
  where conversations.id = assign_conversation.conversation_id
    and store_members.user_id = assign_conversation.user_id
  for key share of store_members;
  v_conversation := private.lock_conversation(assign_conversation.conversation_id, v_user_id);
  if private.side_in_conversation(v_conversation, v_user_id) <> 'store' then
    raise sqlstate 'PT403' using
      message = 'That is for the store to do.', detail = 'store_role_required',
      hint = 'Needed: owner or manager or staff.';
  end if;
  if assign_conversation.user_id is not null and not exists (
    select from public.store_members
    where store_members.store_id = v_conversation.store_id and store_members.user_id = assign_conversation.user_id
  ) then
    raise sqlstate 'PT404' using
      message = 'That person does not work for the store.', detail = 'member_not_found';
  end if;
  update public.conversations
  set assignee_id = assign_conversation.user_id
  where conversations.id = v_conversation.id;
  return private.conversation_card(v_conversation.id, 'store', v_user_id);
end;
$$;
comment on function private.assign_conversation(uuid, uuid) is 'See public.assign_conversation.';
grant execute on function private.assign_conversation(uuid, uuid) to anon, authenticated;

create or replace function public.assign_conversation(conversation_id uuid, user_id uuid default null) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select private.assign_conversation(assign_conversation.conversation_id, assign_conversation.user_id); $$;
comment on function public.assign_conversation(uuid, uuid) is
  'A member of the store gives a conversation to a member, or to nobody (null). Only that member is told of new '
  'messages then. Returns it as list_conversations does. Errors: not_signed_in, account_required, session_revoked, '
  'conversation_not_found, store_role_required, member_not_found.';
grant execute on function public.assign_conversation(uuid, uuid) to anon, authenticated;
