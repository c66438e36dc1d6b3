-- public.store_categories: visible with the store, as far as it lists something there.
drop policy if exists store_categories_select on public.store_categories;
create policy store_categories_select on public.store_categories
  for select to anon, authenticated
  using (product_count > 0 and exists (select from public.stores where stores.id = store_categories.store_id));
comment on policy store_categories_select on public.store_categories is
  'Categories in which stores you can see list something.';
