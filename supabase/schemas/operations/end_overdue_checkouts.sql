-- Two ways lead here: a job finds that the time of a checkout is over, or its payment fails after that. Both hold
-- the same locks, and both mean the same end.
create or replace function private.end_overdue_checkouts(checkout_ids uuid[]) returns integer
language plpgsql volatile
security definer -- nobody holds a write grant on orders
set search_path = ''
as $$
declare
  v_checkout_ids uuid[] := array(
    select checkouts.id from public.checkouts
    where checkouts.id = any (end_overdue_checkouts.checkout_ids)
      and checkouts.status = 'pending'
      and checkouts.expires_at <= now()
      -- A bank debit on its way holds the stock until it has succeeded or failed.
      and not exists (
        select from public.payments where payments.checkout_id = checkouts.id and payments.status = 'processing'
      )
      -- An appointment ends with its hold, and its checkout with it: expire_bookings.
      and not exists (select from public.bookings where bookings.checkout_id = checkouts.id)
    order by checkouts.id
  );
begin
  if v_checkout_ids = '{}' then
    return 0;
  end if;
  perform from public.orders where orders.checkout_id = any (v_checkout_ids) order by orders.id for no key update;
  perform private.cancel_orders(
    array(
      select orders.id from public.orders where orders.checkout_id = any (v_checkout_ids) and orders.status = 'pending'
    ),
    'payment_expired'
  );
  update public.checkouts set status = 'expired' where checkouts.id = any (v_checkout_ids);
  perform private.return_to_cart(ended.id) from unnest(v_checkout_ids) as ended (id);
  -- The next run of the job reconcile-payments cancels at the provider what is still open there.
  update public.payments
  set next_check_at = now()
  where payments.checkout_id = any (v_checkout_ids) and payments.status <> 'succeeded';
  return cardinality(v_checkout_ids);
end;
$$;
comment on function private.end_overdue_checkouts(uuid[]) is
  'Gives back what those of these locked checkouts held whose time is over and whose payment is not under way: '
  'stock to the shelf, lines to the carts (the caller holds lock_carts_of); returns how many.';
