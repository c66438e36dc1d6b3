-- The inbox: a customer's own, or that of a store for one of its members. Nothing is counted for it: what is unread is
-- the difference of two numbers that every conversation carries.
create or replace function private.list_conversations(
  store_id uuid, is_archived boolean, page_size integer, cursor text
) returns jsonb
language plpgsql stable
security definer -- reads pointers of members and names of customers
set search_path = ''
as $$
declare
  v_user_id uuid := private.require_user();
  v_side text := case when list_conversations.store_id is null then 'customer' else 'store' end;
  v_size integer := least(greatest(coalesce(list_conversations.page_size, 50), 1), 1000);
  v_is_archived boolean := coalesce(list_conversations.is_archived, false);
  v_after text[] := regexp_match(
    list_conversations.cursor, '^([0-9]{1,18})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$'
  );
  v_after_at timestamptz := 'infinity';
  v_after_id uuid := 'ffffffff-ffff-ffff-ffff-ffffffffffff';
  v_ids uuid[];
  v_last_at timestamptz;
  v_unread bigint;
  v_cards jsonb;
begin
  if v_side = 'store' then
    perform private.require_store_role(list_conversations.store_id, array['owner', 'manager', 'staff']);
  end if;
  if list_conversations.cursor is not null and v_after is null then
    raise sqlstate 'PT400' using
      message = 'That is no cursor of this list.', detail = 'invalid_cursor';
  end if;
  if v_after is not null then
    v_after_at := timestamptz 'epoch' + v_after[1]::bigint * interval '1 microsecond';
    v_after_id := v_after[2]::uuid;
  end if;

  if v_side = 'customer' then
    select array_agg(page.id order by page.last_message_at desc, page.id desc), min(page.last_message_at)
    into v_ids, v_last_at
    from (
      select conversations.id, conversations.last_message_at
      from public.conversations
      where conversations.customer_id = v_user_id
        and conversations.last_message_at is not null
        and (conversations.customer_archived_at is not null) = v_is_archived
        and (conversations.last_message_at, conversations.id) < (v_after_at, v_after_id)
      order by conversations.last_message_at desc, conversations.id desc
      limit v_size
    ) as page;
    select coalesce(sum(conversations.store_count - conversations.customer_read_count), 0) into v_unread
    from public.conversations
    where conversations.customer_id = v_user_id and conversations.last_seq > 0;
  else
    select array_agg(page.id order by page.last_message_at desc, page.id desc), min(page.last_message_at)
    into v_ids, v_last_at
    from (
      select conversations.id, conversations.last_message_at
      from public.conversations
      where conversations.store_id = list_conversations.store_id
        and conversations.last_message_at is not null
        and (conversations.store_archived_at is not null) = v_is_archived
        and (conversations.last_message_at, conversations.id) < (v_after_at, v_after_id)
      order by conversations.last_message_at desc, conversations.id desc
      limit v_size
    ) as page;
    select coalesce(sum(conversations.customer_count - coalesce(conversation_reads.read_count, 0)), 0) into v_unread
    from public.conversations
    left join private.conversation_reads
      on conversation_reads.conversation_id = conversations.id and conversation_reads.user_id = v_user_id
    where conversations.store_id = list_conversations.store_id and conversations.last_seq > 0;
  end if;

  select coalesce(jsonb_agg(cards.card order by wanted.position), '[]') into v_cards
  from unnest(v_ids) with ordinality as wanted (id, position)
  join private.conversation_cards(v_ids, v_side, v_user_id) as cards on cards.id = wanted.id;
  return jsonb_build_object(
    'unread_count', v_unread,
    'conversations', v_cards,
    'next_cursor', case
      when cardinality(v_ids) = v_size
        then (extract(epoch from v_last_at) * 1000000)::bigint::text || '.' || v_ids[v_size]::text
    end
  );
end;
$$;
comment on function private.list_conversations(uuid, boolean, integer, text) is 'See public.list_conversations.';
grant execute on function private.list_conversations(uuid, boolean, integer, text) to anon, authenticated;

create or replace function public.list_conversations(
  store_id uuid default null, is_archived boolean default false, page_size integer default 50, cursor text default null
) returns jsonb
language sql stable security invoker
set search_path = ''
as $$
  select private.list_conversations(
    list_conversations.store_id, list_conversations.is_archived, list_conversations.page_size,
    list_conversations.cursor
  );
$$;
comment on function public.list_conversations(uuid, boolean, integer, text) is
  'Conversations in which something was said, the latest first: the caller''s own as a customer or, with store_id, '
  'those of a store that the caller works for. Each with its last message and what the caller has not read. '
  'unread_count: in all conversations together, filed ones too. page_size: 1 to 1000. Errors: not_signed_in, '
  'account_required, session_revoked, store_not_found, store_role_required, invalid_cursor.';
grant execute on function public.list_conversations(uuid, boolean, integer, text) to anon, authenticated;
