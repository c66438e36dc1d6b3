-- public.coupon_redemptions: who used which coupon.
-- `array[store_id, <nil UUID>] && my_scopes()`: works for the store, or is platform admin (policies/README.md).
drop policy if exists coupon_redemptions_select_authenticated on public.coupon_redemptions;
create policy coupon_redemptions_select_authenticated on public.coupon_redemptions
  for select to authenticated
  using (
    user_id = (select auth.uid())
    or coalesce(array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes()), false)
  );
comment on policy coupon_redemptions_select_authenticated on public.coupon_redemptions is
  'Customers see their own uses, members those of their stores'' coupons, platform admins all.';
