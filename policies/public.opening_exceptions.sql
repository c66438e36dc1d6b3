-- public.opening_exceptions: special days are no secret.
drop policy if exists opening_exceptions_select_anon on public.opening_exceptions;
create policy opening_exceptions_select_anon on public.opening_exceptions
  for select to anon
  using (exists (select from public.stores where stores.id = opening_exceptions.store_id and stores.status = 'active'));
comment on policy opening_exceptions_select_anon on public.opening_exceptions is
  'Visitors see the special days of active stores.';

drop policy if exists opening_exceptions_select_authenticated on public.opening_exceptions;
create policy opening_exceptions_select_authenticated on public.opening_exceptions
  for select to authenticated
  using (
    array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes())
    or (exists (select from public.stores where stores.id = opening_exceptions.store_id and stores.status = 'active'))
  );
comment on policy opening_exceptions_select_authenticated on public.opening_exceptions is
  'Special days of active stores, and of the stores you work for; platform admins see all.';
