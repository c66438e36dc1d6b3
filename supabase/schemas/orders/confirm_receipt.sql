-- Only the customer knows that the parcel was opened and all of it was there, so this last step is theirs alone;
-- the store ends at "delivered".
create or replace function private.confirm_receipt(order_id uuid) returns public.orders
language plpgsql volatile
security definer -- clients hold no write grant on orders
set search_path = ''
as $$
declare
  v_order public.orders;
begin
  perform private.require_user();
  select * into v_order from public.orders where orders.id = confirm_receipt.order_id for no key update;
  perform private.order_actor(v_order.id, v_order.customer_id, v_order.store_id, array['customer']);
  if v_order.status = 'received' then
    return v_order;
  end if;
  perform private.require_edge(v_order.status, 'received', 'customer');
  update public.orders
  set status = 'received', received_at = now()
  where orders.id = v_order.id
  returning * into v_order;
  return v_order;
end;
$$;
comment on function private.confirm_receipt(uuid) is 'See public.confirm_receipt.';
grant execute on function private.confirm_receipt(uuid) to anon, authenticated;

create or replace function public.confirm_receipt(order_id uuid) returns public.orders
language sql volatile security invoker
set search_path = ''
as $$ select * from private.confirm_receipt(confirm_receipt.order_id); $$;
comment on function public.confirm_receipt(uuid) is
  'The customer has a delivered order in hands; repeating it returns the order. Errors: not_signed_in, '
  'account_required, session_revoked, order_not_found, store_role_required, illegal_status.';
grant execute on function public.confirm_receipt(uuid) to anon, authenticated;
