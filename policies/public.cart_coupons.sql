-- public.cart_coupons: coupons on one's own carts.
drop policy if exists cart_coupons_select_authenticated on public.cart_coupons;
create policy cart_coupons_select_authenticated on public.cart_coupons
  for select to authenticated
  using (
    cart_id in (select carts.id from public.carts where carts.user_id = (select auth.uid()))
  );
comment on policy cart_coupons_select_authenticated on public.cart_coupons is
  'Customers see the coupons on their own carts.';
