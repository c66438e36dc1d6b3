-- public.documents: both sides of a sale see its receipt, and nobody else; who runs the marketplace has no part in it.
-- `array[store_id] && my_scopes()`: works for the store (policies/README.md).
drop policy if exists documents_select_authenticated on public.documents;
create policy documents_select_authenticated on public.documents
  for select to authenticated
  using (
    customer_id = (select auth.uid())
    or coalesce(array[store_id] && (select private.my_scopes()), false)
  );
comment on policy documents_select_authenticated on public.documents is
  'Customers see their own receipts, members those of their stores.';
