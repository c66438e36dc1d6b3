-- public.saved_replies: the people of the store, whatever their role: they are the ones who answer.
-- `array[store_id] && my_scopes()`: works for the store (policies/README.md).
drop policy if exists saved_replies_select_authenticated on public.saved_replies;
create policy saved_replies_select_authenticated on public.saved_replies
  for select to authenticated
  using (coalesce(array[store_id] && (select private.my_scopes()), false));
comment on policy saved_replies_select_authenticated on public.saved_replies is
  'Members see the saved replies of their stores.';

drop policy if exists saved_replies_insert_authenticated on public.saved_replies;
create policy saved_replies_insert_authenticated on public.saved_replies
  for insert to authenticated
  with check (array[store_id] && (select private.my_scopes()));
comment on policy saved_replies_insert_authenticated on public.saved_replies is
  'Members save replies for their stores.';

drop policy if exists saved_replies_update_authenticated on public.saved_replies;
create policy saved_replies_update_authenticated on public.saved_replies
  for update to authenticated
  using (array[store_id] && (select private.my_scopes()))
  with check (array[store_id] && (select private.my_scopes()));
comment on policy saved_replies_update_authenticated on public.saved_replies is
  'Members change the saved replies of their stores.';

drop policy if exists saved_replies_delete_authenticated on public.saved_replies;
create policy saved_replies_delete_authenticated on public.saved_replies
  for delete to authenticated
  using (array[store_id] && (select private.my_scopes()));
comment on policy saved_replies_delete_authenticated on public.saved_replies is
  'Members delete the saved replies of their stores.';
