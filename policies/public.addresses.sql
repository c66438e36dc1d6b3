-- public.addresses: a customer sees and edits their own. Members of a store see the copy in an order, not this.
drop policy if exists addresses_select on public.addresses;
create policy addresses_select on public.addresses
  for select to authenticated
  using (user_id = (select auth.uid()));
comment on policy addresses_select on public.addresses is
  'Your own addresses.';

drop policy if exists addresses_insert on public.addresses;
create policy addresses_insert on public.addresses
  for insert to authenticated
  with check (user_id = (select auth.uid()));
comment on policy addresses_insert on public.addresses is
  'For yourself; the column is not granted, its default is you.';

drop policy if exists addresses_update on public.addresses;
create policy addresses_update on public.addresses
  for update to authenticated
  using (user_id = (select auth.uid()))
  with check (user_id = (select auth.uid()));
comment on policy addresses_update on public.addresses is
  'Your own addresses.';

drop policy if exists addresses_delete on public.addresses;
create policy addresses_delete on public.addresses
  for delete to authenticated
  using (user_id = (select auth.uid()));
comment on policy addresses_delete on public.addresses is
  'Your own addresses.';
