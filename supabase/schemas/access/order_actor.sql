-- One answer to "may this person act on this order?", for every verb that changes an order or a refund. Whoever may
-- not even see the order is told that it does not exist, as if it had never been there; whoever sees it but has not
-- the part that the act takes is told which part that is. Customers see their own orders, members those of their
-- store, and who runs the marketplace sees all and stands in for any store.
create or replace function private.order_actor(
  id uuid, customer_id uuid, store_id uuid, actors text[], is_refund boolean default false
) returns text
language plpgsql stable
security definer -- reads memberships
set search_path = ''
as $$
declare
  v_user_id uuid := (select auth.uid());
  v_is_customer boolean := coalesce(order_actor.customer_id = v_user_id, false);
  v_is_operator boolean := private.is_operator();
  v_role text := (
    select store_members.role from public.store_members
    where store_members.store_id = order_actor.store_id and store_members.user_id = v_user_id
  );
begin
  if order_actor.id is null or not (v_is_customer or v_role is not null or v_is_operator) then
    if order_actor.is_refund then
      raise sqlstate 'PT404' using
        message = 'That refund does not exist.', detail = 'refund_not_found';
    end if;
    raise sqlstate 'PT404' using
      message = 'That order does not exist.', detail = 'order_not_found';
  end if;
  if v_is_customer and 'customer' = any (order_actor.actors) then
    return 'customer';
  end if;
  if v_role = any (order_actor.actors) or (v_is_operator and 'owner' = any (order_actor.actors)) then
    return 'store';
  end if;
  raise sqlstate 'PT403' using
    message = 'That is not for you to do.', detail = 'store_role_required',
    hint = 'Needed: ' || array_to_string(order_actor.actors, ' or ') || '.';
end;
$$;
comment on function private.order_actor(uuid, uuid, uuid, text[], boolean) is
  'As whom the caller acts on an order (is_refund: on a refund) of this customer and store: customer or store. '
  'actors: who may, of customer, owner, manager and staff; platform admins count as owner. id null: there is no '
  'such order. Errors: order_not_found, refund_not_found, store_role_required.';
