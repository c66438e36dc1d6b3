create or replace function private.block(store_id uuid, customer_id uuid, side text) returns public.chat_blocks
language plpgsql volatile
set search_path = ''
as $$
declare
  v_block public.chat_blocks;
begin
  perform from auth.users where users.id = block.customer_id for key share;
  -- A message that is being sent is waited for; the next one sees the block.
  perform from public.conversations
  where conversations.store_id = block.store_id and conversations.customer_id = block.customer_id
  order by conversations.id
  for no key update;
  insert into public.chat_blocks (store_id, customer_id, side)
  values (block.store_id, block.customer_id, block.side)
  on conflict on constraint chat_blocks_pkey do update set side = excluded.side
  returning * into v_block;
  return v_block;
end;
$$;
comment on function private.block(uuid, uuid, text) is
  'One side (customer or store) blocks the other, once no message between them is under way.';
