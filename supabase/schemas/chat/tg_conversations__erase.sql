-- Somebody deletes the account: their words and files go with them, the numbers stay, and so does what the store said.
create or replace function private.tg_conversations__erase() returns trigger
language plpgsql volatile
security definer -- writes messages, which no client may write
set search_path = ''
as $$
begin
  insert into private.discarded_attachments (path)
  select file.value ->> 'path'
  from public.messages
  cross join lateral jsonb_array_elements(messages.attachments) as file (value)
  where messages.conversation_id = new.id and messages.side = 'customer' and messages.attachments <> '[]'
  on conflict on constraint discarded_attachments_pkey do nothing;
  update public.messages
  set body = '', attachments = '[]', deleted_at = clock_timestamp(), deleted_by = 'erasure'
  where messages.conversation_id = new.id and messages.side = 'customer' and messages.deleted_at is null;
  delete from private.message_originals
  using public.messages
  where messages.conversation_id = new.id
    and messages.side = 'customer'
    and message_originals.conversation_id = messages.conversation_id
    and message_originals.seq = messages.seq;
  update public.message_reports
  set body = '', attachments = '[]'
  where message_reports.conversation_id = new.id and message_reports.author_side = 'customer';
  return null;
end;
$$;
comment on function private.tg_conversations__erase() is
  'After the customer of a conversation deleted the account: leaves of their messages the numbers.';

create or replace trigger _500_erase
  after update of customer_id on public.conversations
  for each row
  when (old.customer_id is not null and new.customer_id is null)
  execute function private.tg_conversations__erase();
