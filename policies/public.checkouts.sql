-- public.checkouts: a customer's own. A store sees its order of a checkout, not what else was bought in it.
drop policy if exists checkouts_select_authenticated on public.checkouts;
create policy checkouts_select_authenticated on public.checkouts
  for select to authenticated
  using (
    user_id = (select auth.uid())
    or (select private.is_platform_admin())
  );
comment on policy checkouts_select_authenticated on public.checkouts is
  'Customers see their own checkouts, platform admins all.';
