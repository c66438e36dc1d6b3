-- public.closures: whoever works in a store sees and blocks time; what others see of it is what available_slots leaves
-- out.
drop policy if exists closures_select_authenticated on public.closures;
create policy closures_select_authenticated on public.closures
  for select to authenticated
  using (array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes()));
comment on policy closures_select_authenticated on public.closures is
  'Members see closures of their stores, platform admins all.';

drop policy if exists closures_insert_authenticated on public.closures;
create policy closures_insert_authenticated on public.closures
  for insert to authenticated
  with check (array[store_id] && (select private.my_scopes()));
comment on policy closures_insert_authenticated on public.closures is
  'Members block time of their stores.';

drop policy if exists closures_update_authenticated on public.closures;
create policy closures_update_authenticated on public.closures
  for update to authenticated
  using (array[store_id] && (select private.my_scopes()))
  with check (array[store_id] && (select private.my_scopes()));
comment on policy closures_update_authenticated on public.closures is
  'Members change closures of their stores.';

drop policy if exists closures_delete_authenticated on public.closures;
create policy closures_delete_authenticated on public.closures
  for delete to authenticated
  using (array[store_id] && (select private.my_scopes()));
comment on policy closures_delete_authenticated on public.closures is
  'Members end closures of their stores.';
