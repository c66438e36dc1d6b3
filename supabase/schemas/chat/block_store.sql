-- A customer does not have to listen to every store.
create or replace function private.block_store(store_id uuid) returns public.chat_blocks
language plpgsql volatile
security definer -- clients hold no write grant on blocks
set search_path = ''
as $$
declare
  v_user_id uuid := private.require_user();
begin
  if not exists (
    select from public.stores
    where stores.id = block_store.store_id
      and (
        stores.status = 'active'
        or exists (
          select from public.conversations
          where conversations.store_id = stores.id and conversations.customer_id = v_user_id
        )
      )
  ) then
    raise sqlstate 'PT404' using
      message = 'That store does not exist.', detail = 'store_not_found';
  end if;
  return private.block(block_store.store_id, v_user_id, 'customer');
end;
$$;
comment on function private.block_store(uuid) is 'See public.block_store.';
grant execute on function private.block_store(uuid) to anon, authenticated;

create or replace function public.block_store(store_id uuid) returns public.chat_blocks
language sql volatile security invoker
set search_path = ''
as $$ select * from private.block_store(block_store.store_id); $$;
comment on function public.block_store(uuid) is
  'The caller, as a customer, blocks a store: neither side sends any more, both still read. Repeating it returns the '
  'same block. Errors: not_signed_in, account_required, session_revoked, store_not_found.';
grant execute on function public.block_store(uuid) to anon, authenticated;
