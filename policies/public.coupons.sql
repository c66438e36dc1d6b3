-- public.coupons: codes are known to those who made them; customers type them, they do not list them.
-- `array[store_id, <nil UUID>] && my_scopes()`: works for the store, or is platform admin (policies/README.md).
drop policy if exists coupons_select_authenticated on public.coupons;
create policy coupons_select_authenticated on public.coupons
  for select to authenticated
  using (
    coalesce(array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes()), false)
  );
comment on policy coupons_select_authenticated on public.coupons is
  'Members see their stores'' coupons, platform admins all.';

drop policy if exists coupons_insert_authenticated on public.coupons;
create policy coupons_insert_authenticated on public.coupons
  for insert to authenticated
  with check (
    array[coalesce(store_id, '00000000-0000-0000-0000-000000000000')]
      && (select private.my_scopes(array['owner', 'manager']))
  );
comment on policy coupons_insert_authenticated on public.coupons is
  'Owners and managers make coupons for their stores, platform admins for the platform.';

drop policy if exists coupons_update_authenticated on public.coupons;
create policy coupons_update_authenticated on public.coupons
  for update to authenticated
  using (
    array[coalesce(store_id, '00000000-0000-0000-0000-000000000000')]
      && (select private.my_scopes(array['owner', 'manager']))
  )
  with check (
    array[coalesce(store_id, '00000000-0000-0000-0000-000000000000')]
      && (select private.my_scopes(array['owner', 'manager']))
  );
comment on policy coupons_update_authenticated on public.coupons is
  'Owners and managers change their stores'' coupons, platform admins the platform''s.';
