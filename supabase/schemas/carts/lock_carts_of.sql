-- A card checkout that ends unpaid puts its lines and coupons back into the customer's cart. Whoever may end a
-- checkout locks the carts of its customers before checkouts, orders and stock, which is the order in which
-- checkout itself locks.
create or replace function private.lock_carts_of(user_ids uuid[]) returns void
language plpgsql volatile
security definer -- nobody holds a write grant on carts
set search_path = ''
as $$
declare
  v_user_id uuid;
begin
  for v_user_id in
    select distinct owner.id
    from unnest(lock_carts_of.user_ids) as owner (id)
    where owner.id is not null
    order by owner.id
  loop
    perform private.queue_for_cart(v_user_id);
  end loop;
  perform from public.carts
  where carts.user_id = any (lock_carts_of.user_ids) and carts.status = 'active'
  order by carts.id
  for no key update;
end;
$$;
comment on function private.lock_carts_of(uuid[]) is
  'Locks the active carts of these customers in key order, and keeps those who have none from opening one.';
