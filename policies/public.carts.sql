-- public.carts: a customer's own; a visitor's cart is reached through functions and its token only.
drop policy if exists carts_select_authenticated on public.carts;
create policy carts_select_authenticated on public.carts
  for select to authenticated
  using (user_id = (select auth.uid()));
comment on policy carts_select_authenticated on public.carts is
  'Customers see their own carts.';
