-- Which status may follow which, and who may take the step. A table, so that a reviewer and a frontend can read it; a
-- trigger, so that no code path, not even ours, takes another.
create table private.order_status_edges (
  from_status text not null,
  to_status text not null,
  actor text not null,
  constraint order_status_edges_pkey primary key (from_status, to_status, actor),
  constraint order_status_edges_actor_check check (actor in ('customer', 'store', 'system'))
);
alter table private.order_status_edges enable row level security;
comment on table private.order_status_edges is 'The legal steps of orders.status and who may take them: the customer, the store''s members, or the marketplace itself.';

insert into private.order_status_edges (from_status, to_status, actor) values
  ('pending', 'confirmed', 'system'),      -- the payment arrived
  ('pending', 'cancelled', 'customer'),
  ('pending', 'cancelled', 'system'),      -- the hold expired
  ('confirmed', 'processing', 'store'),
  ('confirmed', 'shipped', 'store'),
  ('confirmed', 'cancelled', 'customer'),
  ('confirmed', 'cancelled', 'store'),
  ('confirmed', 'cancelled', 'system'),    -- everything was given back at the provider
  ('processing', 'shipped', 'store'),
  ('processing', 'cancelled', 'customer'),
  ('processing', 'cancelled', 'store'),
  ('processing', 'cancelled', 'system'),
  ('shipped', 'delivered', 'store'),
  ('delivered', 'received', 'customer'),
  ('cancelled', 'confirmed', 'system');    -- only after payment_expired: a late payment that found its stock again

create function private.tg_orders__check_status() returns trigger
language plpgsql
security definer -- reads private.order_status_edges, which is granted to nobody
set search_path = ''
as $$
begin
  if not exists (
    select from private.order_status_edges
    where order_status_edges.from_status = old.status
      and order_status_edges.to_status = new.status
  ) or (old.status = 'cancelled' and old.cancel_reason is distinct from 'payment_expired') then
    raise sqlstate 'PT409' using
      message = format('An order cannot go from %s to %s.', old.status, new.status),
      detail = 'illegal_status';
  end if;
  return new;
end;
$$;
comment on function private.tg_orders__check_status() is 'Before a change of orders.status: refuses every step that is not in private.order_status_edges.';

create trigger _200_check_status
  before update of status on public.orders
  for each row when (old.status is distinct from new.status)
  execute function private.tg_orders__check_status();

-- What was agreed does not change. Only the columns that follow fulfilment and payment may.
create function private.tg_orders__freeze() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  raise sqlstate 'PT409' using
    message = 'What was ordered does not change any more.', detail = 'order_is_frozen',
    hint = 'Refund lines, or cancel the order and place a new one.';
end;
$$;
comment on function private.tg_orders__freeze() is 'Before a change of an amount, an address or a number of a placed order: refuses it.';

create trigger _200_freeze
  before update on public.orders
  for each row when (
    (old.checkout_id, old.store_id, old.currency, old.item_count, old.subtotal_amount, old.discount_amount, old.shipping_amount,
      old.tax_amount, old.included_tax_amount, old.total_amount, old.shipping_address, old.payment_method, old.created_at)
    is distinct from
    (new.checkout_id, new.store_id, new.currency, new.item_count, new.subtotal_amount, new.discount_amount, new.shipping_amount,
      new.tax_amount, new.included_tax_amount, new.total_amount, new.shipping_address, new.payment_method, new.created_at)
    or (old.number is not null and old.number is distinct from new.number)
  )
  execute function private.tg_orders__freeze();

create trigger _200_freeze
  before update on public.order_lines
  for each row when (
    (old.order_id, old.product_id, old.variant_id, old.product_name, old.quantity, old.unit_price_amount, old.subtotal_amount,
      old.discount_amount, old.tax_amount, old.total_amount)
    is distinct from
    (new.order_id, new.product_id, new.variant_id, new.product_name, new.quantity, new.unit_price_amount, new.subtotal_amount,
      new.discount_amount, new.tax_amount, new.total_amount)
  )
  execute function private.tg_orders__freeze();
