-- public.wishlist_items: a customer's own.
drop policy if exists wishlist_items_select_authenticated on public.wishlist_items;
create policy wishlist_items_select_authenticated on public.wishlist_items
  for select to authenticated
  using (user_id = (select auth.uid()));
comment on policy wishlist_items_select_authenticated on public.wishlist_items is
  'Customers see their own wishlist.';

drop policy if exists wishlist_items_insert_authenticated on public.wishlist_items;
create policy wishlist_items_insert_authenticated on public.wishlist_items
  for insert to authenticated
  with check (
    user_id = (select auth.uid())
    and exists (select from public.products where products.id = wishlist_items.product_id)
  );
comment on policy wishlist_items_insert_authenticated on public.wishlist_items is
  'Customers add, for themselves, products they can see.';

drop policy if exists wishlist_items_delete_authenticated on public.wishlist_items;
create policy wishlist_items_delete_authenticated on public.wishlist_items
  for delete to authenticated
  using (user_id = (select auth.uid()));
comment on policy wishlist_items_delete_authenticated on public.wishlist_items is
  'Customers take products off their own wishlist.';
