create or replace function private.outbox_order(order_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object(
      'store', private.outbox_store(orders.store_id),
      'order', jsonb_build_object(
        'id', orders.id, 'number', coalesce(orders.reference, orders.id::text), 'status', orders.status, 'placed_at', orders.created_at,
        'currency', orders.currency, 'subtotal', orders.subtotal_amount, 'discount', orders.discount_amount,
        'shipping', orders.shipping_amount, 'tax', orders.tax_amount, 'total', orders.total_amount,
        'payment_method', orders.payment_method
      ),
      'lines', (
        select jsonb_agg(
          jsonb_build_object(
            'name', order_lines.product_name, 'variant', order_lines.variant_title, 'quantity', order_lines.quantity,
            'unit_price', order_lines.unit_price_amount, 'total', order_lines.subtotal_amount
          )
          order by order_lines.position
        )
        from public.order_lines
        where order_lines.order_id = orders.id
      ),
      'address', case when orders.shipping_address is not null then jsonb_build_object(
        'name', orders.shipping_address ->> 'recipient_name', 'line1', orders.shipping_address ->> 'line1',
        'line2', orders.shipping_address ->> 'line2', 'city', orders.shipping_address ->> 'city',
        'region', orders.shipping_address ->> 'region', 'postal_code', orders.shipping_address ->> 'postal_code',
        'country', orders.shipping_address ->> 'country_code'
      ) end,
      'customer', jsonb_build_object('name', orders.customer_name)
    )
    from public.orders
    where orders.id = outbox_order.order_id
  );
end;
$$;
comment on function private.outbox_order(uuid) is 'What a mail says about an order.';
