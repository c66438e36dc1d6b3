-- public.store_links: visible with the store they lead to (the subquery is itself under the policies of stores).
drop policy if exists store_links_select_anon_authenticated on public.store_links;
create policy store_links_select_anon_authenticated on public.store_links
  for select to anon, authenticated
  using (exists (select from public.stores where stores.id = store_links.store_id));
comment on policy store_links_select_anon_authenticated on public.store_links is
  'Everyone sees the links of the stores they can see.';
