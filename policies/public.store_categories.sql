-- public.store_categories: visible with the store.
drop policy if exists store_categories_select_anon_authenticated on public.store_categories;
create policy store_categories_select_anon_authenticated on public.store_categories
  for select to anon, authenticated
  using (exists (select from public.stores where stores.id = store_categories.store_id));
comment on policy store_categories_select_anon_authenticated on public.store_categories is
  'Everyone sees the counts of the stores they can see.';
