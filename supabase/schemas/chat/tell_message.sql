-- Who has the app open sees a message at once, by broadcast. Whoever has not is told once for each time that they fell
-- behind: under the bell now, by letter when it is still unread after ten minutes.
create or replace function private.tell_message(conversation public.conversations, message public.messages) returns void
language plpgsql volatile
security definer -- writes notifications and the outbox, which no client may write
set search_path = ''
as $$
declare
  v_recipients uuid[];
  v_sender_name text;
  v_data jsonb := jsonb_build_object(
    'conversation_id', tell_message.conversation.id, 'store_id', tell_message.conversation.store_id,
    'seq', tell_message.message.seq
  );
begin
  if tell_message.message.side = 'store' then
    if tell_message.conversation.store_count > tell_message.conversation.customer_read_count then
      return;
    end if;
    v_recipients := array[tell_message.conversation.customer_id];
    select stores.name into v_sender_name from public.stores where stores.id = tell_message.conversation.store_id;
  else
    if tell_message.conversation.customer_count > tell_message.conversation.store_read_count then
      return;
    end if;
    v_recipients := private.members_to_tell(tell_message.conversation);
    select profiles.full_name into v_sender_name
    from public.profiles
    where profiles.id = tell_message.conversation.customer_id;
  end if;
  insert into public.notifications (user_id, kind, title, data)
  select
    recipient.user_id, 'message_received', 'Message from ' || left(coalesce(v_sender_name, 'a customer'), 180), v_data
  from unnest(v_recipients) as recipient (user_id)
  order by recipient.user_id;
  insert into private.outbox (template, user_id, payload, dedupe_key, run_at)
  select
    'unread_messages', recipient.user_id,
    v_data || jsonb_build_object('user_id', recipient.user_id, 'side', tell_message.message.side),
    concat_ws(':', 'chat', recipient.user_id, tell_message.conversation.id, tell_message.message.seq),
    now() + interval '10 minutes'
  from unnest(v_recipients) as recipient (user_id)
  order by recipient.user_id
  on conflict (dedupe_key) where dedupe_key is not null do nothing;
end;
$$;
comment on function private.tell_message(public.conversations, public.messages) is
  'Tells the other side of a message if it had read everything before; the conversation is given as it was then.';
