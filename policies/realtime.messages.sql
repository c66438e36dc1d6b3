-- realtime.messages: who may join which private channel. SELECT is the right to listen; nobody may send, because
-- messages come from the database.
drop policy if exists messages_select_authenticated on realtime.messages;
create policy messages_select_authenticated on realtime.messages
  for select to authenticated
  using (
    extension = 'broadcast'
    and (select private.can_join_topic((select realtime.topic())))
  );
comment on policy messages_select_authenticated on realtime.messages is
  'People listen to their own channel, members to their stores'' orders and appointments.';
