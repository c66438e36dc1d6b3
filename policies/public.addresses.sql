-- public.addresses: a customer's own. Members of a store see the copy in an order, not this.
drop policy if exists addresses_select_authenticated on public.addresses;
create policy addresses_select_authenticated on public.addresses
  for select to authenticated
  using (user_id = (select auth.uid()));
comment on policy addresses_select_authenticated on public.addresses is 'Customers see their own addresses.';

drop policy if exists addresses_insert_authenticated on public.addresses;
create policy addresses_insert_authenticated on public.addresses
  for insert to authenticated
  with check (user_id = (select auth.uid()));
comment on policy addresses_insert_authenticated on public.addresses is
  'Customers add addresses for themselves: user_id is not granted, its default is the caller.';

drop policy if exists addresses_update_authenticated on public.addresses;
create policy addresses_update_authenticated on public.addresses
  for update to authenticated
  using (user_id = (select auth.uid()))
  with check (user_id = (select auth.uid()));
comment on policy addresses_update_authenticated on public.addresses is
  'Customers change their own addresses.';

drop policy if exists addresses_delete_authenticated on public.addresses;
create policy addresses_delete_authenticated on public.addresses
  for delete to authenticated
  using (user_id = (select auth.uid()));
comment on policy addresses_delete_authenticated on public.addresses is
  'Customers delete their own addresses; orders keep a copy.';
