create or replace function private.refuse_own_store() returns void
language plpgsql stable
set search_path = ''
as $$
begin
  raise sqlstate 'PT403' using
    message = 'You work for this store.', detail = 'own_store',
    hint = 'Members begin a conversation about an order or a booking of a customer.';
end;
$$;
comment on function private.refuse_own_store() is 'Raises own_store.';
