-- public.coupon_redemptions: who used which coupon.
drop policy if exists coupon_redemptions_select_authenticated on public.coupon_redemptions;
create policy coupon_redemptions_select_authenticated on public.coupon_redemptions
  for select to authenticated
  using (
    user_id = (select auth.uid())
    or store_id in (select private.my_store_ids())
    or (select private.is_platform_admin())
  );
comment on policy coupon_redemptions_select_authenticated on public.coupon_redemptions is
  'Customers see their own uses, members those of their stores'' coupons, platform admins all.';
