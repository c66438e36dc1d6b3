-- public.staff: who can be booked is public.
drop policy if exists staff_select_anon on public.staff;
create policy staff_select_anon on public.staff
  for select to anon
  using (
    is_active
    and exists (select from public.stores where stores.id = staff.store_id and stores.status = 'active')
  );
comment on policy staff_select_anon on public.staff is
  'Visitors see active staff of active stores.';

drop policy if exists staff_select_authenticated on public.staff;
create policy staff_select_authenticated on public.staff
  for select to authenticated
  using (
    array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes())
    or (is_active and exists (select from public.stores where stores.id = staff.store_id and stores.status = 'active'))
  );
comment on policy staff_select_authenticated on public.staff is
  'Active staff of active stores, and all of the stores you work for; platform admins see everybody.';
