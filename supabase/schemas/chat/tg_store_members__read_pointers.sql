-- Whoever begins to work for a store begins where the store is: what a colleague has read is not new to them.
create or replace function private.tg_store_members__read_pointers() returns trigger
language plpgsql volatile
security definer -- writes pointers, which no client may write
set search_path = ''
as $$
begin
  insert into private.conversation_reads (conversation_id, user_id, store_id, read_seq, read_count)
  select conversations.id, new.user_id, new.store_id, conversations.store_read_seq, conversations.store_read_count
  from public.conversations
  where conversations.store_id = new.store_id and conversations.store_read_seq > 0
  order by conversations.id;
  return null;
end;
$$;
comment on function private.tg_store_members__read_pointers() is
  'After somebody became a member: gives them the read pointers of the store.';

create or replace trigger _500_read_pointers
  after insert on public.store_members
  for each row execute function private.tg_store_members__read_pointers();
