-- Locks are taken from the whole to the part: the customer's cart (where an unpaid checkout ends), checkout, its orders in
-- key order, then (by what follows) payment, stock, coupons. Paying, cancelling and expiring all begin with the checkout, so
-- of any two the second sees what the first did.
create or replace function private.lock_checkout(checkout_id uuid) returns public.checkouts
language plpgsql volatile
security definer -- clients hold no write grant on orders
set search_path = ''
as $$
declare
  v_checkout public.checkouts;
begin
  select * into v_checkout from public.checkouts where checkouts.id = lock_checkout.checkout_id for no key update;
  perform from public.orders where orders.checkout_id = lock_checkout.checkout_id order by orders.id for no key update;
  return v_checkout;
end;
$$;
comment on function private.lock_checkout(uuid) is 'The checkout, locked together with its orders; all null when there is none.';
