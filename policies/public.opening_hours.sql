-- public.opening_hours: when a shop is open is no secret.
drop policy if exists opening_hours_select_anon on public.opening_hours;
create policy opening_hours_select_anon on public.opening_hours
  for select to anon
  using (exists (select from public.stores where stores.id = opening_hours.store_id and stores.status = 'active'));
comment on policy opening_hours_select_anon on public.opening_hours is
  'Visitors see when active stores are open.';

drop policy if exists opening_hours_select_authenticated on public.opening_hours;
create policy opening_hours_select_authenticated on public.opening_hours
  for select to authenticated
  using (
    array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes())
    or (exists (select from public.stores where stores.id = opening_hours.store_id and stores.status = 'active'))
  );
comment on policy opening_hours_select_authenticated on public.opening_hours is
  'When active stores are open, and the stores you work for; platform admins see all.';
