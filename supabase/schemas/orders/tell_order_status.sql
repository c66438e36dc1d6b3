create or replace function private.tell_order_status(placed public.orders) returns void
language plpgsql
security definer -- writes notifications and the outbox, which no client may write
set search_path = ''
as $$
declare
  v_store_name text;
  v_title text;
  v_cancellation jsonb;
begin
  if placed.status not in ('confirmed', 'processing', 'shipped', 'delivered', 'cancelled') then
    return;
  end if;
  -- The customer's account may be gone by now.
  if placed.customer_id is not null then
    select stores.name into v_store_name from public.stores where stores.id = placed.store_id;
    v_title := private.order_title(
      placed.status, placed.shipping_kind is not distinct from 'pickup', private.order_name(placed.reference, v_store_name)
    );
    if placed.status = 'cancelled' then
      v_cancellation := private.cancellation(placed, (select auth.uid()));
    end if;
    insert into public.notifications (user_id, kind, title, body, data)
    values (
      placed.customer_id, 'order_' || placed.status, v_title, private.cancellation_words(v_cancellation, v_store_name),
      jsonb_build_object('order_id', placed.id, 'store_id', placed.store_id, 'status', placed.status)
        || case when placed.status = 'cancelled' then jsonb_build_object('reason', placed.cancel_reason) else '{}' end
    );
    insert into private.outbox (template, user_id, payload)
    values (
      case placed.status when 'confirmed' then 'order_confirmed' else 'order_status' end,
      placed.customer_id,
      jsonb_build_object('order_id', placed.id, 'status', placed.status, 'number', placed.reference)
        || case placed.status
          when 'cancelled' then jsonb_build_object('cancelled', v_cancellation)
          when 'shipped' then jsonb_build_object('tracking', private.parcel_facts(placed.id))
          else '{}'
        end
    );
  end if;
  if placed.status = 'confirmed' then
    insert into private.outbox (template, store_id, payload)
    values ('order_placed_store', placed.store_id, jsonb_build_object('order_id', placed.id));
  end if;
end;
$$;
comment on function private.tell_order_status(public.orders) is
  'Tells the customer, in the app and by mail or text, which status an order has reached; and the store that it is '
  'confirmed.';
