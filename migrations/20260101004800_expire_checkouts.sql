create function private.end_overdue_checkouts(checkout_ids uuid[]) returns integer
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
    order by checkouts.id
  );
begin
  if v_checkout_ids = '{}' then
    return 0;
  end if;
  perform from public.orders where orders.checkout_id = any (v_checkout_ids) order by orders.id for no key update;
  perform private.cancel_orders(
    array(select orders.id from public.orders where orders.checkout_id = any (v_checkout_ids) and orders.status = 'pending'),
    'payment_expired'
  );
  update public.checkouts set status = 'expired' where checkouts.id = any (v_checkout_ids);
  perform private.return_to_cart(ended.id) from unnest(v_checkout_ids) as ended (id);
  -- Whatever is still open at the provider is cancelled there by the next reconciliation.
  update public.payments set next_check_at = now() where payments.checkout_id = any (v_checkout_ids) and payments.status <> 'succeeded';
  return cardinality(v_checkout_ids);
end;
$$;
comment on function private.end_overdue_checkouts(uuid[]) is
  'Gives back what those of these locked checkouts held whose time is over and whose payment is not under way: stock to '
  'the shelf, lines to the carts (the caller holds lock_carts_of); returns how many.';

create function private.expire_checkouts(max_rows integer default 200) returns integer
language plpgsql volatile
security definer -- nobody holds a write grant on orders
set search_path = ''
as $$
declare
  v_checkout_ids uuid[];
  v_user_ids uuid[];
begin
  -- What is due is looked up twice, because the carts of its customers have to be locked before it.
  select array_agg(due.id), array_agg(due.user_id) into v_checkout_ids, v_user_ids
  from (
    select checkouts.id, checkouts.user_id
    from public.checkouts
    where checkouts.status = 'pending'
      and checkouts.expires_at <= now()
      and not exists (
        select from public.payments where payments.checkout_id = checkouts.id and payments.status = 'processing'
      )
    order by checkouts.id
    limit max_rows
  ) as due;
  perform private.lock_carts_of(v_user_ids);
  -- Those that a payment or a cancellation is working on are left to it; the next run looks again.
  select array_agg(due.id order by due.id) into v_checkout_ids
  from (
    select checkouts.id
    from public.checkouts
    where checkouts.id = any (v_checkout_ids)
      and checkouts.status = 'pending'
      and checkouts.expires_at <= now()
      and not exists (
        select from public.payments where payments.checkout_id = checkouts.id and payments.status = 'processing'
      )
    order by checkouts.id
    for no key update skip locked
  ) as due;
  -- Asked again now that they are locked: a debit may have begun in between.
  return private.end_overdue_checkouts(v_checkout_ids);
end;
$$;
comment on function private.expire_checkouts(integer) is
  'Gives back what card checkouts held whose time is over, stock to the shelf and lines to the customers'' carts, by '
  'the database''s clock; returns how many. A job, every minute.';
