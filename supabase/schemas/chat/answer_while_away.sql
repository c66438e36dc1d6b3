create or replace function private.answer_while_away(conversation public.conversations) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  v_body text;
begin
  select away_messages.body into v_body
  from public.away_messages
  where away_messages.store_id = answer_while_away.conversation.store_id
    and (
      answer_while_away.conversation.away_told_at is null
      or answer_while_away.conversation.away_told_at < away_messages.since
    );
  if not found then
    return;
  end if;
  update public.conversations
  set away_told_at = clock_timestamp()
  where conversations.id = answer_while_away.conversation.id;
  perform private.append_message(
    answer_while_away.conversation.id, 'store', null, gen_random_uuid(), v_body, '[]', true
  );
end;
$$;
comment on function private.answer_while_away(public.conversations) is
  'Says that the store is away, once in each conversation while it is. It is no answer: what the customer said stays '
  'unread. The caller has locked the conversation.';
