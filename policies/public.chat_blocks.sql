-- public.chat_blocks: the side that blocked. The other one learns of it when it tries to write.
-- `array[store_id] && my_scopes()`: works for the store (policies/README.md).
drop policy if exists chat_blocks_select_authenticated on public.chat_blocks;
create policy chat_blocks_select_authenticated on public.chat_blocks
  for select to authenticated
  using (
    (side = 'customer' and customer_id = (select auth.uid()))
    or (side = 'store' and coalesce(array[store_id] && (select private.my_scopes()), false))
  );
comment on policy chat_blocks_select_authenticated on public.chat_blocks is
  'Customers see which stores they blocked, members which customers their stores blocked.';
