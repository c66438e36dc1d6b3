-- Everybody who pays, cancels or expires a checkout begins with this lock, so that of any two the second sees what
-- the first has done. The whole comes before its parts: the customer's cart (where an unpaid checkout may end) or the
-- appointment that it pays, the checkout, its orders by id; then, in what follows, payment, stock and coupons.
create or replace function private.lock_checkout(checkout_id uuid) returns public.checkouts
language plpgsql volatile
security definer -- clients hold no write grant on orders
set search_path = ''
as $$
declare
  v_checkout public.checkouts;
begin
  perform private.lock_booking(bookings.id) from public.bookings where bookings.checkout_id = lock_checkout.checkout_id;
  select * into v_checkout from public.checkouts where checkouts.id = lock_checkout.checkout_id for no key update;
  perform from public.orders where orders.checkout_id = lock_checkout.checkout_id order by orders.id for no key update;
  return v_checkout;
end;
$$;
comment on function private.lock_checkout(uuid) is
  'The checkout, locked together with its orders or its booking; all null when there is none.';
