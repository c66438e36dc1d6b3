-- What a list shows of conversations, as one side sees them; all of them with one look at each table.
create or replace function private.conversation_cards(
  ids uuid[], side text, user_id uuid
) returns table (id uuid, unread_count integer, card jsonb)
language plpgsql stable
set search_path = ''
as $$
begin
  return query
  select
    conversations.id,
    counted.unread_count,
    jsonb_build_object(
      'id', conversations.id,
      'side', conversation_cards.side,
      'store', jsonb_build_object(
        'id', stores.id, 'name', stores.name, 'link', stores.slug, 'logo_path', stores.logo_path
      ),
      'customer', jsonb_build_object(
        'id', conversations.customer_id, 'name', profiles.full_name, 'avatar_path', profiles.avatar_path
      ),
      'subject_type', conversations.subject_type,
      'subject_id', conversations.subject_id,
      'last_seq', conversations.last_seq,
      'last_message_at', conversations.last_message_at,
      'last_message', case when messages.seq is not null then jsonb_build_object(
        'seq', messages.seq, 'side', messages.side, 'body', left(messages.body, 200),
        'attachment_count', jsonb_array_length(messages.attachments), 'deleted_at', messages.deleted_at
      ) end,
      'unread_count', counted.unread_count,
      'is_archived', case conversation_cards.side
        when 'customer' then conversations.customer_archived_at else conversations.store_archived_at
      end is not null,
      'is_blocked', blocked.is_blocked,
      'is_blocked_by_me', blocked.is_blocked_by_me,
      'assignee_id', case when conversation_cards.side = 'store' then conversations.assignee_id end,
      'read_seq', counted.read_seq,
      'other_read_seq', case conversation_cards.side
        when 'customer' then conversations.store_read_seq else conversations.customer_read_seq
      end
    )
  from public.conversations
  join public.stores on stores.id = conversations.store_id
  left join public.profiles on profiles.id = conversations.customer_id
  left join public.messages
    on messages.conversation_id = conversations.id and messages.seq = conversations.last_seq
  left join private.conversation_reads
    on conversation_cards.side = 'store'
    and conversation_reads.conversation_id = conversations.id
    and conversation_reads.user_id = conversation_cards.user_id
  cross join lateral (
    select
      count(*) > 0 as is_blocked,
      coalesce(bool_or(chat_blocks.side = conversation_cards.side), false) as is_blocked_by_me
    from public.chat_blocks
    where chat_blocks.store_id = conversations.store_id and chat_blocks.customer_id = conversations.customer_id
  ) as blocked
  cross join lateral (
    select
      case conversation_cards.side
        when 'customer' then conversations.store_count - conversations.customer_read_count
        else conversations.customer_count - coalesce(conversation_reads.read_count, 0)
      end as unread_count,
      case conversation_cards.side
        when 'customer' then conversations.customer_read_seq
        else coalesce(conversation_reads.read_seq, 0)
      end as read_seq
  ) as counted
  where conversations.id = any (conversation_cards.ids);
end;
$$;
comment on function private.conversation_cards(uuid[], text, uuid) is
  'Conversations as lists show them to one side (customer or store), with what this person has not read.';
