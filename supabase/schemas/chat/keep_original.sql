create or replace function private.keep_original(message public.messages) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  insert into private.message_originals (conversation_id, seq, content_hash)
  values (keep_original.message.conversation_id, keep_original.message.seq, private.message_hash(keep_original.message))
  on conflict on constraint message_originals_pkey do nothing;
end;
$$;
comment on function private.keep_original(public.messages) is
  'Before a message changes for the first time: keeps the hash of what it was sent with.';
