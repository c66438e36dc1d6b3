-- public.categories: shared by all stores, no secret in it. Written by functions only.
drop policy if exists categories_select_anon_authenticated on public.categories;
create policy categories_select_anon_authenticated on public.categories
  for select to anon, authenticated
  using (true);
comment on policy categories_select_anon_authenticated on public.categories is
  'Everyone may read the categories.';
