-- One answer to "who is this in this conversation?", for every verb of the chat. Whoever is neither the customer nor
-- works for the store is told that it does not exist: nobody else learns who talks to whom.
create or replace function private.side_in_conversation(conversation public.conversations, user_id uuid) returns text
language plpgsql stable
set search_path = ''
as $$
begin
  if side_in_conversation.conversation.customer_id = side_in_conversation.user_id then
    return 'customer';
  end if;
  if exists (
    select from public.store_members
    where store_members.store_id = side_in_conversation.conversation.store_id
      and store_members.user_id = side_in_conversation.user_id
  ) then
    return 'store';
  end if;
  raise sqlstate 'PT404' using
    message = 'That conversation does not exist.', detail = 'conversation_not_found';
end;
$$;
comment on function private.side_in_conversation(public.conversations, uuid) is
  'On which side somebody is: customer or store. Errors: conversation_not_found.';
