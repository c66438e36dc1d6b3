-- public.service_staff: seen with its service.
drop policy if exists service_staff_select_anon on public.service_staff;
create policy service_staff_select_anon on public.service_staff
  for select to anon
  using (exists (select from public.services where services.id = service_staff.service_id));
comment on policy service_staff_select_anon on public.service_staff is
  'Visitors see who gives the services they see.';

drop policy if exists service_staff_select_authenticated on public.service_staff;
create policy service_staff_select_authenticated on public.service_staff
  for select to authenticated
  using (
    array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes())
    or (exists (select from public.services where services.id = service_staff.service_id))
  );
comment on policy service_staff_select_authenticated on public.service_staff is
  'Who gives the services you see; platform admins see all.';
