-- The last line of defence for orders.status: whatever code changes it, a step that is not in the table of edges is
-- refused. One of those edges leads out of cancelled: the payment came late, and the goods were still there. That
-- is open only to orders that were cancelled because nobody had paid in time.
create or replace function private.tg_orders__check_status() returns trigger
language plpgsql volatile
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
comment on function private.tg_orders__check_status() is
  'Before a change of orders.status: refuses every step that is not in private.order_status_edges.';

create or replace trigger _200_check_status
  before update of status on public.orders
  for each row when (old.status is distinct from new.status)
  execute function private.tg_orders__check_status();
