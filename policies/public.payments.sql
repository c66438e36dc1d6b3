-- public.payments: one may be for the orders of several stores, so only its payer sees it.
drop policy if exists payments_select_authenticated on public.payments;
create policy payments_select_authenticated on public.payments
  for select to authenticated
  using (
    user_id = (select auth.uid())
    or (select private.is_platform_admin())
  );
comment on policy payments_select_authenticated on public.payments is
  'Customers see their own payments, platform admins all.';
