create or replace function private.send_to_parties(conversation_id uuid, event text, payload jsonb) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  perform realtime.send(send_to_parties.payload, send_to_parties.event, 'user:' || party.user_id, true)
  from (
    select conversations.customer_id as user_id
    from public.conversations
    where conversations.id = send_to_parties.conversation_id and conversations.customer_id is not null
    union
    (
      select store_members.user_id
      from public.conversations
      join public.store_members on store_members.store_id = conversations.store_id
      where conversations.id = send_to_parties.conversation_id
      order by store_members.created_at
      limit 50
    )
  ) as party;
end;
$$;
comment on function private.send_to_parties(uuid, text, jsonb) is
  'Broadcasts to the channel user:<id> of a conversation''s customer and of everybody who works for its store now '
  '(fifty at most).';
