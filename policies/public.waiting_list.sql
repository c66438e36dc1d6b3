-- public.waiting_list: seen by who waits and by the store.
drop policy if exists waiting_list_select_authenticated on public.waiting_list;
create policy waiting_list_select_authenticated on public.waiting_list
  for select to authenticated
  using (
    customer_id = (select auth.uid())
    or array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes())
  );
comment on policy waiting_list_select_authenticated on public.waiting_list is
  'Customers see their own wishes, members those for their stores, platform admins all.';
