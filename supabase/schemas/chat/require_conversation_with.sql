create or replace function private.require_conversation_with(store_id uuid, customer_id uuid) returns void
language plpgsql stable
set search_path = ''
as $$
begin
  if not exists (
    select from public.conversations
    where conversations.store_id = require_conversation_with.store_id
      and conversations.customer_id = require_conversation_with.customer_id
  ) then
    raise sqlstate 'PT404' using
      message = 'The store has no conversation with that customer.', detail = 'customer_not_found';
  end if;
end;
$$;
comment on function private.require_conversation_with(uuid, uuid) is
  'Refuses a customer whom the store has never talked to: a store learns nothing about who has an account. '
  'Errors: customer_not_found.';
