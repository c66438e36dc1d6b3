-- only after payment_expired: a late payment that found its stock again

create or replace function private.tg_orders__check_status() returns trigger
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

create or replace trigger _200_check_status
  before update of status on public.orders
  for each row when (old.status is distinct from new.status)
  execute function private.tg_orders__check_status();
