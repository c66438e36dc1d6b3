-- What was agreed at checkout does not change any more. Only the columns that follow fulfilment and payment may.
create or replace function private.tg_orders__freeze() returns trigger
language plpgsql volatile
set search_path = ''
as $$
begin
  raise sqlstate 'PT409' using
    message = 'What was ordered does not change any more.', detail = 'order_is_frozen',
    hint = 'Refund lines, or cancel the order and place a new one.';
end;
$$;
comment on function private.tg_orders__freeze() is
  'Before a change of an amount, an address or a number of a placed order: refuses it.';

create or replace trigger _200_freeze
  before update on public.orders
  for each row when (
    (old.checkout_id, old.store_id, old.currency, old.item_count, old.subtotal_amount, old.discount_amount,
      old.shipping_amount, old.tax_amount, old.included_tax_amount, old.total_amount, old.shipping_address,
      old.payment_method, old.created_at)
    is distinct from
    (new.checkout_id, new.store_id, new.currency, new.item_count, new.subtotal_amount, new.discount_amount,
      new.shipping_amount, new.tax_amount, new.included_tax_amount, new.total_amount, new.shipping_address,
      new.payment_method, new.created_at)
    or (old.number is not null and old.number is distinct from new.number)
  )
  execute function private.tg_orders__freeze();

create or replace trigger _200_freeze
  before update on public.order_lines
  for each row when (
    (old.order_id, old.product_id, old.variant_id, old.product_name, old.quantity, old.unit_price_amount,
      old.subtotal_amount, old.discount_amount, old.tax_amount, old.total_amount, old.commission_bps,
      old.commission_amount)
    is distinct from
    (new.order_id, new.product_id, new.variant_id, new.product_name, new.quantity, new.unit_price_amount,
      new.subtotal_amount, new.discount_amount, new.tax_amount, new.total_amount, new.commission_bps,
      new.commission_amount)
  )
  execute function private.tg_orders__freeze();
