-- public.conversations: the customer and the people of the store, nobody else; not even platform admins.
-- `array[store_id] && my_scopes()`: works for the store (policies/README.md).
drop policy if exists conversations_select_authenticated on public.conversations;
create policy conversations_select_authenticated on public.conversations
  for select to authenticated
  using (
    customer_id = (select auth.uid())
    or coalesce(array[store_id] && (select private.my_scopes()), false)
  );
comment on policy conversations_select_authenticated on public.conversations is
  'Customers see their own conversations, members those of their stores.';
