-- The opposite of return_to_cart. An unpaid checkout expired and its lines went back into the cart; then its payment
-- arrived after all, and the goods are bought. What is still in the cart of them would be ordered a second time.
--
-- Whatever the customer touched since is theirs and stays: a line that they changed, a code that they typed again, a
-- cart that they ordered. Lines and codes that nobody touched carry the instant at which the checkout expired, which is
-- the instant at which its orders were cancelled: both were written by one transaction.
create or replace function private.take_out_of_cart(checkout_id uuid) returns void
language plpgsql volatile
security definer -- nobody holds a write grant on carts
set search_path = ''
as $$
declare
  v_cart_id uuid;
  v_returned_at timestamptz;
begin
  select carts.id, max(orders.cancelled_at)
  into v_cart_id, v_returned_at
  from public.checkouts
  join public.carts on carts.user_id = checkouts.user_id and carts.status = 'active'
  join public.orders on orders.checkout_id = checkouts.id
  where checkouts.id = take_out_of_cart.checkout_id
  group by carts.id;

  delete from public.cart_items
  using public.order_lines
  join public.orders on orders.id = order_lines.order_id
  where orders.checkout_id = take_out_of_cart.checkout_id
    and cart_items.cart_id = v_cart_id
    and cart_items.variant_id = order_lines.variant_id
    and cart_items.updated_at = v_returned_at
    and cart_items.quantity <= order_lines.quantity;
  -- The rest of a line was in the cart before the checkout expired.
  update public.cart_items
  set quantity = cart_items.quantity - order_lines.quantity
  from public.order_lines
  join public.orders on orders.id = order_lines.order_id
  where orders.checkout_id = take_out_of_cart.checkout_id
    and cart_items.cart_id = v_cart_id
    and cart_items.variant_id = order_lines.variant_id
    and cart_items.updated_at = v_returned_at;
  delete from public.cart_coupons
  using public.coupon_redemptions
  where coupon_redemptions.checkout_id = take_out_of_cart.checkout_id
    and cart_coupons.cart_id = v_cart_id
    and cart_coupons.coupon_id = coupon_redemptions.coupon_id
    and cart_coupons.created_at = v_returned_at;
end;
$$;
comment on function private.take_out_of_cart(uuid) is
  'Takes what return_to_cart put back for an expired checkout out of its customer''s cart again, except what the '
  'customer has changed since. The caller holds lock_carts_of.';
