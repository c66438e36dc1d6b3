-- public.checkouts: seen by whoever pressed the button.
drop policy if exists checkouts_select_authenticated on public.checkouts;
create policy checkouts_select_authenticated on public.checkouts
  for select to authenticated
  using (
    user_id = (select auth.uid())
    or (select private.is_platform_admin())
  );
comment on policy checkouts_select_authenticated on public.checkouts is
  'Customers see their own checkouts, platform admins all. Stores see orders, not what else was bought.';
