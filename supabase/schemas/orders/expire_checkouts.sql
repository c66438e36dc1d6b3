create or replace function private.expire_checkouts(max_rows integer default 200) returns integer
language plpgsql volatile
security definer -- nobody holds a write grant on orders
set search_path = ''
as $$
declare
  v_checkout_ids uuid[];
begin
  -- Those that a payment or a cancellation is working on are left to it; the next run looks again.
  select array_agg(due.id order by due.id) into v_checkout_ids
  from (
    select checkouts.id
    from public.checkouts
    where checkouts.status = 'pending' and checkouts.expires_at <= now()
      -- A booking ends its own, see expire_bookings.
      and not exists (select from public.bookings where bookings.checkout_id = checkouts.id)
    order by checkouts.id
    limit max_rows
    for no key update skip locked
  ) as due;
  if v_checkout_ids is null then
    return 0;
  end if;

  perform from public.orders where orders.checkout_id = any (v_checkout_ids) order by orders.id for no key update;
  perform private.cancel_orders(
    array(select orders.id from public.orders where orders.checkout_id = any (v_checkout_ids) and orders.status = 'pending'),
    'payment_expired'
  );
  update public.checkouts set status = 'expired' where checkouts.id = any (v_checkout_ids);
  -- Whatever is still open at the provider is cancelled there by the next reconciliation.
  update public.payments set next_check_at = now() where payments.checkout_id = any (v_checkout_ids) and payments.status <> 'succeeded';
  return cardinality(v_checkout_ids);
end;
$$;
comment on function private.expire_checkouts(integer) is
  'Gives back what card checkouts held whose time is over, by the database''s clock; returns how many. A job, every minute.';
