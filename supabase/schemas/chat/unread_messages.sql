create or replace function private.unread_messages(payload jsonb) returns jsonb
language plpgsql stable
set search_path = ''
as $$
declare
  v_conversation public.conversations;
  v_author text := unread_messages.payload ->> 'side';
  v_user_id uuid := (unread_messages.payload ->> 'user_id')::uuid;
  v_first integer := (unread_messages.payload ->> 'seq')::integer;
  v_read integer;
  v_unread jsonb;
begin
  select * into v_conversation
  from public.conversations
  where conversations.id = (unread_messages.payload ->> 'conversation_id')::uuid;
  v_read := case v_author when 'store' then v_conversation.customer_read_seq else v_conversation.store_read_seq end;
  if coalesce(v_read >= v_first, true)
    or v_conversation.customer_id is null
    or (v_author = 'customer' and v_user_id <> all (private.members_to_tell(v_conversation)))
    or exists (
      select from public.chat_blocks
      where chat_blocks.store_id = v_conversation.store_id and chat_blocks.customer_id = v_conversation.customer_id
    )
  then
    return null;
  end if;
  select jsonb_build_object(
    'store', private.outbox_store(v_conversation.store_id),
    'conversation_id', v_conversation.id,
    'author', v_author,
    'customer', jsonb_build_object('name', (
      select profiles.full_name from public.profiles where profiles.id = v_conversation.customer_id
    )),
    'count', count(*),
    'messages', jsonb_agg(
      jsonb_build_object('body', left(standing.body, 500), 'file_count', jsonb_array_length(standing.attachments))
      order by standing.seq
    ) filter (where standing.position <= 5)
  )
  into v_unread
  from (
    select messages.*, row_number() over (order by messages.seq) as position
    from public.messages
    where messages.conversation_id = v_conversation.id
      and messages.seq > v_read
      and messages.side = v_author
      and messages.deleted_at is null
      and not messages.is_automatic
  ) as standing
  -- Everything that was unread may have been deleted.
  having count(*) > 0;
  return v_unread;
end;
$$;
comment on function private.unread_messages(jsonb) is
  'What a letter says about messages that nobody of the other side has read since it was queued; null when there is '
  'nothing to say any more.';
