create or replace function private.tell_order_status(placed public.orders) returns void
language plpgsql
security definer -- writes notifications and the outbox, which no client may write
set search_path = ''
as $$
declare
  v_title text := private.order_title(placed.status, placed.reference);
begin
  if v_title is null then
    return;
  end if;
  -- The customer's account may be gone by now.
  if placed.customer_id is not null then
    insert into public.notifications (user_id, kind, title, data)
    values (
      placed.customer_id, 'order_' || placed.status, v_title,
      jsonb_build_object('order_id', placed.id, 'store_id', placed.store_id, 'status', placed.status)
    );
    if placed.customer_email is not null then
      insert into private.outbox (template, user_id, payload)
      values (
        case placed.status when 'confirmed' then 'order_confirmed' else 'order_status' end,
        placed.customer_id,
        jsonb_build_object('order_id', placed.id, 'status', placed.status)
      );
    end if;
  end if;
  if placed.status = 'confirmed' then
    insert into private.outbox (template, store_id, payload)
    values ('order_placed_store', placed.store_id, jsonb_build_object('order_id', placed.id));
  end if;
end;
$$;
comment on function private.tell_order_status(public.orders) is
  'Tells the customer, in the app and by mail, which status an order has reached; and the store, by mail, that it is confirmed.';
