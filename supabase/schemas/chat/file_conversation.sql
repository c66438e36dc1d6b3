create or replace function private.file_conversation(conversation_id uuid, side text, is_archived boolean) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  if file_conversation.side = 'customer' then
    update public.conversations
    set customer_archived_at = case when file_conversation.is_archived then now() end
    where conversations.id = file_conversation.conversation_id
      and (conversations.customer_archived_at is not null) <> file_conversation.is_archived;
  else
    update public.conversations
    set store_archived_at = case when file_conversation.is_archived then now() end
    where conversations.id = file_conversation.conversation_id
      and (conversations.store_archived_at is not null) <> file_conversation.is_archived;
  end if;
end;
$$;
comment on function private.file_conversation(uuid, text, boolean) is
  'Files a conversation away for one side, or takes it out again.';
