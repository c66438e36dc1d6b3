-- What is said is a row before it is anything else: broadcasts, notifications and letters only tell of it. The
-- conversation is held to the commit, so numbers have no gap and are in the order of commits.
create or replace function private.send_message(
  conversation_id uuid, body text, client_id uuid, attachments text[]
) returns public.messages
language plpgsql volatile
security definer -- clients hold no write grant on messages
set search_path = ''
as $$
declare
  v_user_id uuid := private.require_user();
  v_conversation public.conversations;
  v_side text;
  v_body text;
  v_message public.messages;
begin
  perform private.queue_for_chat(v_user_id);
  v_conversation := private.lock_conversation(send_message.conversation_id, v_user_id);
  v_side := private.side_in_conversation(v_conversation, v_user_id);
  if send_message.client_id is null then
    raise sqlstate 'PT422' using
      message = 'A message needs an id of its own.', detail = 'invalid_message', hint = 'client_id: a new UUID.';
  end if;
  v_body := private.tidy_message(send_message.body, cardinality(send_message.attachments) > 0);

  select * into v_message
  from public.messages
  where messages.conversation_id = v_conversation.id
    and messages.sender_id = v_user_id
    and messages.client_id = send_message.client_id;
  if found then
    if private.message_hash(v_message) <> private.message_content_hash(v_body, send_message.attachments) then
      raise sqlstate 'PT409' using
        message = 'Another message was sent with this id.', detail = 'idempotency_conflict',
        hint = 'client_id: a new UUID for each message.';
    end if;
    return v_message;
  end if;

  if v_conversation.customer_id is null then
    raise sqlstate 'PT409' using
      message = 'The customer has deleted the account.', detail = 'conversation_ended';
  end if;
  perform private.require_unblocked(v_conversation.store_id, v_conversation.customer_id);
  perform private.require_rate(
    array(
      select messages.created_at
      from public.messages
      where messages.sender_id = v_user_id and messages.created_at > clock_timestamp() - interval '60 seconds'
      order by messages.created_at desc
      limit settings.messages_per_person_and_minute
    ),
    settings.messages_per_person_and_minute, interval '60 seconds'
  )
  from private.settings;
  v_message := private.append_message(
    v_conversation.id, v_side, v_user_id, send_message.client_id, v_body,
    private.message_attachments(v_conversation.id, v_user_id, send_message.attachments), false
  );
  perform private.tell_message(v_conversation, v_message);
  perform private.emit_webhook(
    'message.created', v_conversation.store_id,
    jsonb_build_object(
      'conversation_id', v_conversation.id, 'store_id', v_conversation.store_id, 'seq', v_message.seq,
      'side', v_side
    )
  );
  if v_side = 'customer' then
    perform private.answer_while_away(v_conversation);
  end if;
  -- Whoever says something has read what was said before, and is there to see that the store is away.
  select * into strict v_conversation from public.conversations where conversations.id = v_conversation.id;
  perform private.move_read_pointer(v_conversation, v_side, v_user_id, v_conversation.last_seq);
  return v_message;
end;
$$;
comment on function private.send_message(uuid, text, uuid, text[]) is 'See public.send_message.';
grant execute on function private.send_message(uuid, text, uuid, text[]) to anon, authenticated;

create or replace function public.send_message(
  conversation_id uuid, body text, client_id uuid, attachments text[] default '{}'
) returns public.messages
language sql volatile security invoker
set search_path = ''
as $$
  select * from private.send_message(
    send_message.conversation_id, send_message.body, send_message.client_id, send_message.attachments
  );
$$;
comment on function public.send_message(uuid, text, uuid, text[]) is
  'Says something in a conversation, for its customer and the members of its store. client_id: a UUID that the client '
  'makes for each message; repeating the call with it answers the same message. attachments: paths of up to five own '
  'uploads in the bucket message-attachments, below <conversation_id>/. What the other side said before counts as '
  'read. Errors: not_signed_in, account_required, session_revoked, conversation_not_found, invalid_message, '
  'invalid_attachment, idempotency_conflict, conversation_ended, blocked, rate_limited (hint: seconds to wait).';
grant execute on function public.send_message(uuid, text, uuid, text[]) to anon, authenticated;
