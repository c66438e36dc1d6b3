-- A link leads to one conversation: whoever opens it needs that one, not an inbox to look for it in.
create or replace function private.get_conversation(conversation_id uuid) returns jsonb
language plpgsql stable
security definer -- reads pointers of members and names of customers
set search_path = ''
as $$
declare
  v_user_id constant uuid := private.require_user();
  v_conversation public.conversations;
begin
  select * into v_conversation from public.conversations where conversations.id = get_conversation.conversation_id;
  return private.conversation_card(
    v_conversation.id, private.side_in_conversation(v_conversation, v_user_id), v_user_id
  );
end;
$$;
comment on function private.get_conversation(uuid) is 'See public.get_conversation.';
grant execute on function private.get_conversation(uuid) to anon, authenticated;

create or replace function public.get_conversation(conversation_id uuid) returns jsonb
language sql stable security invoker
set search_path = ''
as $$ select private.get_conversation(get_conversation.conversation_id); $$;
comment on function public.get_conversation(uuid) is
  'One conversation as the caller''s side sees it, as list_conversations does, filed away or not, with messages or '
  'without. Errors: not_signed_in, account_required, session_revoked, conversation_not_found.';
grant execute on function public.get_conversation(uuid) to anon, authenticated;
