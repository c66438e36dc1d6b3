-- What was deleted leaves its number behind, so that nobody takes the gap for a loss. Its files go, too.
create or replace function private.delete_message(conversation_id uuid, seq integer) returns public.messages
language plpgsql volatile
security definer -- clients hold no write grant on messages
set search_path = ''
as $$
declare
  v_message public.messages := private.change_message(
    delete_message.conversation_id, delete_message.seq, private.require_user()
  );
begin
  if v_message.deleted_at is not null then
    return v_message;
  end if;
  return private.take_message_away(v_message, 'sender');
end;
$$;
comment on function private.delete_message(uuid, integer) is 'See public.delete_message.';
grant execute on function private.delete_message(uuid, integer) to anon, authenticated;

create or replace function public.delete_message(conversation_id uuid, seq integer) returns public.messages
language sql volatile security invoker
set search_path = ''
as $$ select * from private.delete_message(delete_message.conversation_id, delete_message.seq); $$;
comment on function public.delete_message(uuid, integer) is
  'Its sender takes a message back, for message_edit_minutes (15) after sending: text and files are gone, the number '
  'stays. Repeating it answers the same. Errors: not_signed_in, account_required, session_revoked, '
  'conversation_not_found, message_not_found, not_your_message, message_locked.';
grant execute on function public.delete_message(uuid, integer) to anon, authenticated;
