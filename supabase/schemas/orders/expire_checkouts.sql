-- Stock that is held for somebody who does not pay is stock that nobody else can buy. Payments that are under way
-- are waited for; everything else ends when its time is over.
create or replace function private.expire_checkouts(max_rows integer default 200) returns integer
language plpgsql volatile
security definer -- nobody holds a write grant on orders
set search_path = ''
as $$
declare
  v_checkout_ids uuid[];
  v_user_ids uuid[];
begin
  -- Looked up twice: the carts of the customers have to be locked before the checkouts are.
  select array_agg(due.id), array_agg(due.user_id) into v_checkout_ids, v_user_ids
  from (
    select checkouts.id, checkouts.user_id
    from public.checkouts
    where checkouts.status = 'pending'
      and checkouts.expires_at <= now()
      and not exists (
        select from public.payments where payments.checkout_id = checkouts.id and payments.status = 'processing'
      )
      -- expire_bookings ends those of appointments.
      and not exists (select from public.bookings where bookings.checkout_id = checkouts.id)
    order by checkouts.id
    limit expire_checkouts.max_rows
  ) as due;
  perform private.lock_carts_of(v_user_ids);
  -- Checkouts that are being paid or cancelled right now are skipped; the next run looks again.
  select array_agg(due.id order by due.id) into v_checkout_ids
  from (
    select checkouts.id
    from public.checkouts
    where checkouts.id = any (v_checkout_ids)
    order by checkouts.id
    for no key update skip locked
  ) as due;
  -- Whether they are still due is asked there, under the lock: meanwhile one may have been paid, or a bank debit begun.
  return private.end_overdue_checkouts(v_checkout_ids);
end;
$$;
comment on function private.expire_checkouts(integer) is
  'Gives back what card checkouts held whose time is over, stock to the shelf and lines to the customers'' carts, by '
  'the database''s clock; returns how many. A job, every minute.';
