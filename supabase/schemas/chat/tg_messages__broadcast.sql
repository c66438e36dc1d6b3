-- Messages reach people on their own channel, never on one of the conversation: who is asked now, so that somebody who
-- was removed hears nothing more, whatever channels are still open.
create or replace function private.tg_messages__broadcast() returns trigger
language plpgsql volatile
security definer -- sends to private channels, with a payload chosen here
set search_path = ''
as $$
begin
  perform private.send_to_parties(
    new.conversation_id, case tg_op when 'INSERT' then 'message_created' else 'message_updated' end, to_jsonb(new)
  );
  return null;
end;
$$;
comment on function private.tg_messages__broadcast() is
  'After a message was written, edited or deleted: broadcasts it to user:<id> of both sides.';

create or replace trigger _900_broadcast
  after insert on public.messages
  for each row execute function private.tg_messages__broadcast();
create or replace trigger _901_broadcast
  after update on public.messages
  for each row
  when (
    (old.body, old.deleted_at) is distinct from (new.body, new.deleted_at)
    and new.deleted_by is distinct from 'erasure'
  )
  execute function private.tg_messages__broadcast();
