-- What somebody has seen. Under the conversation's lock, so that no message that is being sent slips in as read.
create or replace function private.mark_read(conversation_id uuid, seq integer) returns jsonb
language plpgsql volatile
security definer -- clients hold no write grant on conversations
set search_path = ''
as $$
declare
  v_user_id uuid := private.require_user();
  v_before public.conversations;
  v_conversation public.conversations;
  v_side text;
  v_read_seq integer;
  v_unread integer;
begin
  v_before := private.lock_conversation(mark_read.conversation_id, v_user_id);
  v_side := private.side_in_conversation(v_before, v_user_id);
  v_conversation := private.move_read_pointer(v_before, v_side, v_user_id, coalesce(mark_read.seq, 0));
  if v_side = 'customer' then
    v_read_seq := v_conversation.customer_read_seq;
    v_unread := v_conversation.store_count - v_conversation.customer_read_count;
  else
    select coalesce(max(conversation_reads.read_seq), 0),
      v_conversation.customer_count - coalesce(max(conversation_reads.read_count), 0)
    into v_read_seq, v_unread
    from private.conversation_reads
    where conversation_reads.conversation_id = v_conversation.id and conversation_reads.user_id = v_user_id;
  end if;
  -- Nobody is waited for, as in mark_notifications_read.
  update public.notifications
  set read_at = now()
  where notifications.id in (
    select told.id
    from public.notifications as told
    where told.kind = 'message_received'
      and told.read_at is null
      and told.user_id = v_user_id
      and told.data ->> 'conversation_id' = v_conversation.id::text
      and (told.data ->> 'seq')::integer <= v_read_seq
    for no key update skip locked
  );
  if (v_conversation.customer_read_seq, v_conversation.store_read_seq)
    is distinct from (v_before.customer_read_seq, v_before.store_read_seq)
  then
    perform private.send_to_parties(v_conversation.id, 'conversation_read', jsonb_build_object(
      'conversation_id', v_conversation.id, 'side', v_side, 'read_seq', v_read_seq
    ));
  end if;
  return jsonb_build_object(
    'conversation_id', v_conversation.id, 'read_seq', v_read_seq, 'unread_count', v_unread
  );
end;
$$;
comment on function private.mark_read(uuid, integer) is 'See public.mark_read.';
grant execute on function private.mark_read(uuid, integer) to anon, authenticated;

create or replace function public.mark_read(conversation_id uuid, seq integer) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select private.mark_read(mark_read.conversation_id, mark_read.seq); $$;
comment on function public.mark_read(uuid, integer) is
  'The caller has read up to this number, or up to the newest if it is less; a lower one than before changes nothing. '
  'Returns {conversation_id, read_seq, unread_count}. Errors: not_signed_in, account_required, session_revoked, '
  'conversation_not_found.';
grant execute on function public.mark_read(uuid, integer) to anon, authenticated;
