-- Who may act on an order is decided here and nowhere else. An order of somebody else and an order that never was
-- get the same answer.
create or replace function private.order_actor(found_order public.orders, user_id uuid, roles text[]) returns text
language plpgsql stable
security definer -- reads memberships
set search_path = ''
as $$
declare
  v_role text;
begin
  if found_order.customer_id = order_actor.user_id then
    return 'customer';
  end if;
  select store_members.role into v_role
  from public.store_members
  where store_members.store_id = found_order.store_id and store_members.user_id = order_actor.user_id;
  -- Who runs the marketplace stands in for any store.
  if v_role = any (order_actor.roles) or (found_order.id is not null and private.is_operator()) then
    return 'store';
  end if;
  if v_role is not null then
    raise sqlstate 'PT403' using
      message = 'Your role in this store does not allow that.', detail = 'store_role_required',
      hint = 'Needed: ' || array_to_string(order_actor.roles, ' or ') || '.';
  end if;
  -- An order of others, or one that never was.
  raise sqlstate 'PT404' using
    message = 'That order does not exist.', detail = 'order_not_found';
end;
$$;
comment on function private.order_actor(public.orders, uuid, text[]) is
  'As whom the caller may act on an order: customer, or store (with one of these roles, or as platform admin). '
  'Errors: order_not_found, store_role_required.';
