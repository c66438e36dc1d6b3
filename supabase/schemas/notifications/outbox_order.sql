create or replace function private.outbox_order(order_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object(
      'store', private.outbox_store(orders.store_id),
      'order', jsonb_build_object(
        'id', orders.id, 'number', orders.reference, 'is_pickup', orders.shipping_kind is not distinct from 'pickup',
        'placed_at', orders.created_at, 'currency', orders.currency, 'subtotal', orders.subtotal_amount,
        'discount', orders.discount_amount, 'shipping', orders.shipping_amount, 'tax', orders.tax_amount,
        'included_tax', orders.included_tax_amount, 'total', orders.total_amount,
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
      'address', case
        when orders.shipping_address is not null then private.postal_address(orders.shipping_address)
        when orders.shipping_kind = 'pickup'
          then private.postal_address(to_jsonb(stores) || jsonb_build_object('recipient_name', stores.name))
      end,
      'customer', jsonb_build_object('name', orders.customer_name)
    )
    from public.orders
    join public.stores on stores.id = orders.store_id
    where orders.id = outbox_order.order_id
  );
end;
$$;
comment on function private.outbox_order(uuid) is 'What a letter says about an order when it was confirmed.';
