-- realtime.messages: who may join which private channel. SELECT is the right to listen, INSERT the right to send. What
-- counts comes from the database; people send only that they are typing, or there, to whom they talk to.
drop policy if exists messages_select_authenticated on realtime.messages;
create policy messages_select_authenticated on realtime.messages
  for select to authenticated
  using (
    (
      extension = 'broadcast'
      or (extension = 'presence' and (select realtime.topic()) like 'conversation:%')
    )
    and (select private.can_join_topic((select realtime.topic())))
  );
comment on policy messages_select_authenticated on realtime.messages is
  'People listen to their own channel, members to their stores'' orders and appointments, both sides to their '
  'conversation.';

drop policy if exists messages_insert_authenticated on realtime.messages;
create policy messages_insert_authenticated on realtime.messages
  for insert to authenticated
  with check (
    extension in ('broadcast', 'presence')
    and (select realtime.topic()) like 'conversation:%'
    and (select private.can_join_topic((select realtime.topic())))
  );
comment on policy messages_insert_authenticated on realtime.messages is
  'Both sides of a conversation tell each other that they are typing, or there. Messages are never sent this way.';
