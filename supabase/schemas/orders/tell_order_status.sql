-- People are told about an order in three ways (in the app, by letter or text, at the store), always from here, so
-- that they are told the same.
create or replace function private.tell_order_status(placed public.orders) returns void
language plpgsql volatile
security definer -- writes notifications and the outbox, which no client may write
set search_path = ''
as $$
declare
  v_store_name text;
  v_title text;
  v_body text;
  v_cancellation jsonb;
begin
  if tell_order_status.placed.status not in ('confirmed', 'processing', 'shipped', 'delivered', 'cancelled') then
    return;
  end if;
  -- The customer may have deleted the account.
  if tell_order_status.placed.customer_id is not null then
    select stores.name into v_store_name from public.stores where stores.id = tell_order_status.placed.store_id;
    v_title := private.order_title(
      tell_order_status.placed.status, tell_order_status.placed.shipping_kind is not distinct from 'pickup',
      private.order_name(tell_order_status.placed.reference, v_store_name)
    );
    if tell_order_status.placed.status = 'cancelled' then
      v_cancellation := private.cancellation(tell_order_status.placed, auth.uid());
      v_body := private.cancellation_words(v_cancellation, v_store_name);
    end if;
  end if;

  with told as (
    insert into public.notifications (user_id, kind, title, body, data)
    select
      tell_order_status.placed.customer_id, 'order_' || tell_order_status.placed.status, v_title, v_body,
      jsonb_build_object(
        'order_id', tell_order_status.placed.id, 'store_id', tell_order_status.placed.store_id,
        'status', tell_order_status.placed.status
      )
        || case tell_order_status.placed.status
          when 'cancelled' then jsonb_build_object('reason', tell_order_status.placed.cancel_reason)
          else '{}'
        end
    where tell_order_status.placed.customer_id is not null
  )
  insert into private.outbox (template, user_id, store_id, payload)
  select letter.template, letter.user_id, letter.store_id, letter.payload
  from (
    values
      (
        case tell_order_status.placed.status when 'confirmed' then 'order_confirmed' else 'order_status' end,
        tell_order_status.placed.customer_id, null,
        jsonb_build_object(
          'order_id', tell_order_status.placed.id, 'status', tell_order_status.placed.status,
          'number', tell_order_status.placed.reference
        )
          || case tell_order_status.placed.status
            when 'cancelled' then jsonb_build_object('cancelled', v_cancellation)
            when 'shipped' then jsonb_build_object('tracking', private.parcel_facts(tell_order_status.placed.id))
            else '{}'
          end,
        tell_order_status.placed.customer_id is not null
      ),
      (
        'order_placed_store', null, tell_order_status.placed.store_id,
        jsonb_build_object('order_id', tell_order_status.placed.id),
        tell_order_status.placed.status = 'confirmed'
      )
  ) as letter (template, user_id, store_id, payload, is_due)
  where letter.is_due;
  if tell_order_status.placed.status = 'delivered' and tell_order_status.placed.customer_id is not null then
    perform private.ask_for_reviews(
      tell_order_status.placed.customer_id,
      jsonb_build_object('order_id', tell_order_status.placed.id, 'number', tell_order_status.placed.reference)
    );
  end if;
end;
$$;
comment on function private.tell_order_status(public.orders) is
  'Tells the customer, in the app and by mail or text, which status an order has reached; and the store that it is '
  'confirmed.';
