create or replace function private.outbox_data(template text, payload jsonb, store_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  if template like 'booking\_%' then
    return private.outbox_booking(template, payload);
  end if;
  case template
    when 'order_confirmed', 'order_placed_store' then
      return private.outbox_order((payload ->> 'order_id')::uuid);
    when 'order_status' then
      return (
        select jsonb_build_object(
          'store', private.outbox_store(orders.store_id),
          -- The status that this mail is about; the order may have gone on since.
          'order', jsonb_build_object(
            'id', orders.id, 'number', coalesce(orders.reference, orders.id::text),
            'status', coalesce(payload ->> 'status', orders.status)
          ),
          'tracking', (
            select jsonb_build_object('carrier', shipments.carrier, 'number', shipments.tracking_number, 'url', shipments.tracking_url)
            from public.shipments
            where shipments.order_id = orders.id
            order by shipments.id desc
            limit 1
          )
        )
        from public.orders
        where orders.id = (payload ->> 'order_id')::uuid
      );
    when 'refund' then
      return (
        select jsonb_build_object(
          'store', private.outbox_store(refunds.store_id),
          'order', jsonb_build_object('id', orders.id, 'number', coalesce(orders.reference, orders.id::text)),
          'refund', jsonb_build_object('amount', refunds.amount, 'currency', refunds.currency, 'status', refunds.status)
        )
        from public.refunds
        join public.orders on orders.id = refunds.order_id
        where refunds.id = (payload ->> 'refund_id')::uuid
      );
    when 'payment_failed', 'payment_refunded_late' then
      return (
        select jsonb_build_object(
          'checkout_id', checkouts.id, 'amount', checkouts.total_amount, 'currency', checkouts.currency,
          'reason', (
            select payments.failure_message from public.payments
            where payments.checkout_id = checkouts.id and payments.order_id is null
          )
        )
        from public.checkouts
        where checkouts.id = (payload ->> 'checkout_id')::uuid
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
          'on_hand', stock_levels.on_hand - stock_levels.reserved,
          'threshold', stock_levels.low_stock_threshold
        )
        from public.product_variants
        join public.products on products.id = product_variants.product_id
        join public.stock_levels on stock_levels.variant_id = product_variants.id
        where product_variants.id = (payload ->> 'variant_id')::uuid
      );
    when 'invitation' then
      return (
        select jsonb_build_object(
          'store', private.outbox_store(store_invitations.store_id),
          'role', store_invitations.role,
          'token', private.invitation_token(store_invitations.id),
          'inviter', (select profiles.full_name from public.profiles where profiles.id = store_invitations.invited_by),
          'expires_at', store_invitations.expires_at
        )
        from public.store_invitations
        where store_invitations.id = (payload ->> 'invitation_id')::uuid
      );
    when 'abandoned_cart' then
      return (
        select jsonb_build_object(
          'store', null,
          'lines', jsonb_agg(jsonb_build_object('name', products.name, 'quantity', cart_items.quantity) order by cart_items.created_at)
        )
        from public.cart_items
        join public.product_variants on product_variants.id = cart_items.variant_id
        join public.products on products.id = product_variants.product_id
        where cart_items.cart_id = (payload ->> 'cart_id')::uuid
      );
    else
      return payload || jsonb_build_object('store', private.outbox_store(store_id));
  end case;
end;
$$;
comment on function private.outbox_data(text, jsonb, uuid) is 'What the mail of this template and payload says, as it is now; null when what it is about is gone.';
