create or replace function private.outbox_data(template text, payload jsonb, store_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  if outbox_data.template like 'booking\_%' then
    return private.outbox_booking(outbox_data.template, outbox_data.payload);
  end if;
  case outbox_data.template
    when 'order_confirmed', 'order_placed_store' then
      return private.outbox_order((outbox_data.payload ->> 'order_id')::uuid);
    when 'order_status' then
      return (
        select jsonb_build_object(
          'store', private.outbox_store(orders.store_id),
          'order', jsonb_build_object(
            'id', orders.id, 'number', outbox_data.payload ->> 'number', 'status', outbox_data.payload ->> 'status',
            'is_pickup', orders.shipping_kind is not distinct from 'pickup'
          ),
          'tracking', outbox_data.payload -> 'tracking',
          'cancelled', (outbox_data.payload -> 'cancelled') || jsonb_build_object('currency', orders.currency)
        )
        from public.orders
        where orders.id = (outbox_data.payload ->> 'order_id')::uuid
      );
    when 'refund' then
      return (
        select jsonb_build_object(
          'store', private.outbox_store(refunds.store_id),
          'order', case when orders.id is not null then jsonb_build_object(
            'id', orders.id, 'number', orders.reference
          ) end,
          'appointment', bookings.service_name,
          'refund', jsonb_build_object(
            'amount', refunds.amount, 'currency', refunds.currency, 'status', outbox_data.payload ->> 'status',
            'is_cash', outbox_data.payload -> 'is_cash', 'note', outbox_data.payload ->> 'note'
          )
        )
        from public.refunds
        left join public.orders on orders.id = refunds.order_id
        left join public.bookings on bookings.id = refunds.booking_id
        where refunds.id = (outbox_data.payload ->> 'refund_id')::uuid
      );
    when 'payment_failed', 'payment_refunded_late' then
      return (
        select outbox_data.payload || jsonb_build_object(
          'amount', checkouts.total_amount, 'currency', checkouts.currency,
          'appointment', bookings.service_name,
          'time_zone', coalesce(bookings.time_zone, (
            select stores.time_zone from public.orders
            join public.stores on stores.id = orders.store_id
            where orders.checkout_id = checkouts.id
            order by orders.id
            limit 1
          ))
        )
        from public.checkouts
        left join public.bookings on bookings.checkout_id = checkouts.id
        where checkouts.id = (outbox_data.payload ->> 'checkout_id')::uuid
      );
    when 'low_stock', 'back_in_stock' then
      return (
        select jsonb_build_object(
          'store', private.outbox_store(products.store_id),
          'product', jsonb_build_object(
            'name', products.name, 'slug', products.slug,
            'variant', case when product_variants.option_values <> '{}' then product_variants.title end,
            'sku', product_variants.sku, 'price', product_variants.price_amount, 'currency', product_variants.currency
          ),
          'on_hand', outbox_data.payload -> 'on_hand',
          'threshold', outbox_data.payload -> 'threshold'
        )
        from public.product_variants
        join public.products on products.id = product_variants.product_id
        where product_variants.id = (outbox_data.payload ->> 'variant_id')::uuid
          -- If it is sold out again, or not sold any more, when the letter is sent, there is nothing to write about.
          and (
            outbox_data.template = 'low_stock'
            or (products.is_listed and product_variants.is_active and product_variants.is_in_stock)
          )
      );
    when 'review_request' then
      return private.review_request(outbox_data.payload);
    when 'invitation' then
      return (
        select jsonb_build_object(
          'store', private.outbox_store(store_invitations.store_id),
          'role', store_invitations.role,
          'token', private.invitation_link_token(store_invitations.id),
          'inviter', (select profiles.full_name from public.profiles where profiles.id = store_invitations.invited_by),
          'expires_at', store_invitations.expires_at
        )
        from public.store_invitations
        where store_invitations.id = (outbox_data.payload ->> 'invitation_id')::uuid
          and store_invitations.accepted_at is null
          and store_invitations.expires_at > now()
      );
    when 'abandoned_cart' then
      return (
        select jsonb_build_object(
          'store', null,
          'lines', jsonb_agg(
            jsonb_build_object('name', products.name, 'quantity', cart_items.quantity) order by cart_items.created_at
          )
        )
        from public.carts
        join public.cart_items on cart_items.cart_id = carts.id
        join public.product_variants on product_variants.id = cart_items.variant_id
        join public.products on products.id = product_variants.product_id
        where carts.id = (outbox_data.payload ->> 'cart_id')::uuid and carts.status = 'active'
        -- No letter about a cart that was emptied or ordered meanwhile.
        having count(*) > 0
      );
    when 'unread_messages' then
      return private.unread_messages(outbox_data.payload);
    when 'push' then
      return (
        select outbox_data.payload
        -- What was read in the app meanwhile need not ring.
        where not exists (
          select from public.notifications
          where notifications.id = (outbox_data.payload ->> 'notification_id')::uuid
            and notifications.read_at is not null
        )
      );
    else
      return outbox_data.payload || jsonb_build_object('store', private.outbox_store(outbox_data.store_id));
  end case;
end;
$$;
comment on function private.outbox_data(text, jsonb, uuid) is
  'What the letter of this template and payload says; null when what it offers is over, or what it is about is gone.';
