-- A pointer only goes forward. How many of the other side''s messages lie behind it follows from the numbers of the one
-- message that it points at, so nothing is counted.
create or replace function private.move_read_pointer(
  conversation public.conversations, side text, user_id uuid, seq integer
) returns public.conversations
language plpgsql volatile
set search_path = ''
as $$
declare
  v_conversation public.conversations := move_read_pointer.conversation;
  v_seq integer := least(move_read_pointer.seq, v_conversation.last_seq);
  v_count integer;
begin
  if v_seq < 1 then
    return v_conversation;
  end if;
  select case messages.side
    when move_read_pointer.side then messages.seq - messages.side_seq
    else messages.side_seq
  end
  into strict v_count
  from public.messages
  where messages.conversation_id = v_conversation.id and messages.seq = v_seq;

  if move_read_pointer.side = 'customer' then
    update public.conversations
    set customer_read_seq = v_seq, customer_read_count = v_count
    where conversations.id = v_conversation.id and conversations.customer_read_seq < v_seq
    returning * into v_conversation;
  else
    insert into private.conversation_reads (conversation_id, user_id, store_id, read_seq, read_count)
    values (v_conversation.id, move_read_pointer.user_id, v_conversation.store_id, v_seq, v_count)
    on conflict on constraint conversation_reads_pkey do update
    set read_seq = excluded.read_seq, read_count = excluded.read_count
    where conversation_reads.read_seq < excluded.read_seq;
    update public.conversations
    set store_read_seq = v_seq, store_read_count = v_count
    where conversations.id = v_conversation.id and conversations.store_read_seq < v_seq
    returning * into v_conversation;
  end if;
  if v_conversation.id is null then
    return move_read_pointer.conversation;
  end if;
  return v_conversation;
end;
$$;
comment on function private.move_read_pointer(public.conversations, text, uuid, integer) is
  'Somebody has read up to this number, or up to the newest; never back. The caller has locked the conversation. '
  'Returns it as it is then.';
