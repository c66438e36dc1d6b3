create or replace function private.require_unblocked(store_id uuid, customer_id uuid) returns void
language plpgsql stable
set search_path = ''
as $$
begin
  if exists (
    select from public.chat_blocks
    where chat_blocks.store_id = require_unblocked.store_id
      and chat_blocks.customer_id = require_unblocked.customer_id
  ) then
    raise sqlstate 'PT403' using
      message = 'One of you does not want to receive messages from the other.', detail = 'blocked';
  end if;
end;
$$;
comment on function private.require_unblocked(uuid, uuid) is
  'Refuses while either side of a store and a customer has blocked the other. Errors: blocked.';
