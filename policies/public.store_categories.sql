-- public.store_categories: visible with the store.
drop policy if exists store_categories_select on public.store_categories;
create policy store_categories_select on public.store_categories
  for select to anon, authenticated
  using (exists (select from public.stores where stores.id = store_categories.store_id));
comment on policy store_categories_select on public.store_categories is
  'Counts of stores you can see.';
