-- A store does not have to listen to everybody. Whoever is being answered at this moment is waited for, so that nothing
-- arrives after the block stands.
create or replace function private.block_customer(store_id uuid, customer_id uuid) returns public.chat_blocks
language plpgsql volatile
security definer -- clients hold no write grant on blocks
set search_path = ''
as $$
begin
  perform private.require_store_role(block_customer.store_id, array['owner', 'manager', 'staff']);
  perform private.require_conversation_with(block_customer.store_id, block_customer.customer_id);
  return private.block(block_customer.store_id, block_customer.customer_id, 'store');
end;
$$;
comment on function private.block_customer(uuid, uuid) is 'See public.block_customer.';
grant execute on function private.block_customer(uuid, uuid) to anon, authenticated;

create or replace function public.block_customer(store_id uuid, customer_id uuid) returns public.chat_blocks
language sql volatile security invoker
set search_path = ''
as $$ select * from private.block_customer(block_customer.store_id, block_customer.customer_id); $$;
comment on function public.block_customer(uuid, uuid) is
  'A member of the store blocks a customer whom the store has talked to: neither side sends any more, both still read. '
  'Repeating it returns the same block. Errors: not_signed_in, account_required, session_revoked, store_not_found, '
  'store_role_required, customer_not_found.';
grant execute on function public.block_customer(uuid, uuid) to anon, authenticated;
