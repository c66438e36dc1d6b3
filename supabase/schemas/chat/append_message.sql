-- The one place that gives numbers. Its caller holds the conversation.
create or replace function private.append_message(
  conversation_id uuid, side text, sender_id uuid, client_id uuid, body text, attachments jsonb, is_automatic boolean
) returns public.messages
language plpgsql volatile
set search_path = ''
as $$
declare
  v_conversation public.conversations;
  v_message public.messages;
begin
  update public.conversations
  set last_seq = conversations.last_seq + 1,
    customer_count = conversations.customer_count + (append_message.side = 'customer')::integer,
    store_count = conversations.store_count + (append_message.side = 'store')::integer,
    last_message_at = clock_timestamp(),
    -- What was filed away is taken out again by whatever is said.
    customer_archived_at = null,
    store_archived_at = null
  where conversations.id = append_message.conversation_id
  returning * into v_conversation;
  insert into public.messages (
    conversation_id, seq, side, side_seq, sender_id, client_id, body, attachments, is_automatic, created_at
  )
  values (
    v_conversation.id, v_conversation.last_seq, append_message.side,
    case append_message.side when 'customer' then v_conversation.customer_count else v_conversation.store_count end,
    append_message.sender_id, append_message.client_id, append_message.body, append_message.attachments,
    append_message.is_automatic, v_conversation.last_message_at
  )
  returning * into v_message;
  return v_message;
end;
$$;
comment on function private.append_message(uuid, text, uuid, uuid, text, jsonb, boolean) is
  'Writes the next message of a conversation that the caller has locked.';
