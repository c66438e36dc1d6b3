-- public.services: what is offered is public; drafts and what is archived are the store's.
drop policy if exists services_select_anon on public.services;
create policy services_select_anon on public.services
  for select to anon
  using (
    status = 'active'
    and exists (select from public.stores where stores.id = services.store_id and stores.status = 'active')
  );
comment on policy services_select_anon on public.services is
  'Visitors see active services of active stores.';

drop policy if exists services_select_authenticated on public.services;
create policy services_select_authenticated on public.services
  for select to authenticated
  using (
    array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes())
    or (
      status = 'active'
      and exists (select from public.stores where stores.id = services.store_id and stores.status = 'active')
    )
  );
comment on policy services_select_authenticated on public.services is
  'Active services of active stores, and all of the stores you work for; platform admins see every one.';
