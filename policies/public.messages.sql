-- public.messages: whoever sees the conversation. The conversation's own policy decides, asked by key: the two parties
-- stand in one row there, and would otherwise stand in each of millions here. list_messages asks once for a page.
drop policy if exists messages_select_authenticated on public.messages;
create policy messages_select_authenticated on public.messages
  for select to authenticated
  using (exists (select from public.conversations where conversations.id = messages.conversation_id));
comment on policy messages_select_authenticated on public.messages is
  'Both sides of a conversation see its messages.';
