-- The store takes its block back; one that the customer set stays.
create or replace function private.unblock_customer(store_id uuid, customer_id uuid) returns void
language plpgsql volatile
security definer -- clients hold no write grant on blocks
set search_path = ''
as $$
begin
  perform private.require_store_role(unblock_customer.store_id, array['owner', 'manager', 'staff']);
  delete from public.chat_blocks
  where chat_blocks.store_id = unblock_customer.store_id
    and chat_blocks.customer_id = unblock_customer.customer_id
    and chat_blocks.side = 'store';
end;
$$;
comment on function private.unblock_customer(uuid, uuid) is 'See public.unblock_customer.';
grant execute on function private.unblock_customer(uuid, uuid) to anon, authenticated;

create or replace function public.unblock_customer(store_id uuid, customer_id uuid) returns void
language sql volatile security invoker
set search_path = ''
as $$ select private.unblock_customer(unblock_customer.store_id, unblock_customer.customer_id); $$;
comment on function public.unblock_customer(uuid, uuid) is
  'A member of the store takes its block of a customer back; without one, nothing happens. Errors: not_signed_in, '
  'account_required, session_revoked, store_not_found, store_role_required.';
grant execute on function public.unblock_customer(uuid, uuid) to anon, authenticated;
