-- The customer takes the block back; one that the store set stays.
create or replace function private.unblock_store(store_id uuid) returns void
language plpgsql volatile
security definer -- clients hold no write grant on blocks
set search_path = ''
as $$
declare
  v_user_id uuid := private.require_user();
begin
  delete from public.chat_blocks
  where chat_blocks.store_id = unblock_store.store_id
    and chat_blocks.customer_id = v_user_id
    and chat_blocks.side = 'customer';
end;
$$;
comment on function private.unblock_store(uuid) is 'See public.unblock_store.';
grant execute on function private.unblock_store(uuid) to anon, authenticated;

create or replace function public.unblock_store(store_id uuid) returns void
language sql volatile security invoker
set search_path = ''
as $$ select private.unblock_store(unblock_store.store_id); $$;
comment on function public.unblock_store(uuid) is
  'The caller takes back that they blocked a store; without a block, nothing happens. Errors: not_signed_in, '
  'account_required, session_revoked.';
grant execute on function public.unblock_store(uuid) to anon, authenticated;
