create or replace function private.shares_phone_with_store(order_id uuid) returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
  return exists (
    select
    from public.orders
    cross join lateral (
      select stores.phone from public.stores where stores.id = orders.store_id
      union all
      select profiles.phone
      from public.store_members
      join public.profiles on profiles.id = store_members.user_id
      where store_members.store_id = orders.store_id
    ) as known
    where orders.id = shares_phone_with_store.order_id
      and known.phone in (orders.customer_phone, orders.shipping_address ->> 'phone')
  );
end;
$$;
comment on function private.shares_phone_with_store(uuid) is
  'Whether an order was placed with a phone number of its store or of somebody who works there.';
