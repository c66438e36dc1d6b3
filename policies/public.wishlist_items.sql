-- public.wishlist_items: a customer sees and edits their own.
drop policy if exists wishlist_items_select on public.wishlist_items;
create policy wishlist_items_select on public.wishlist_items
  for select to authenticated
  using (user_id = (select auth.uid()));
comment on policy wishlist_items_select on public.wishlist_items is
  'Your own wishlist.';

drop policy if exists wishlist_items_insert on public.wishlist_items;
create policy wishlist_items_insert on public.wishlist_items
  for insert to authenticated
  with check (
    user_id = (select auth.uid())
    and exists (select from public.products where products.id = wishlist_items.product_id)
  );
comment on policy wishlist_items_insert on public.wishlist_items is
  'For yourself, products you can see.';

drop policy if exists wishlist_items_delete on public.wishlist_items;
create policy wishlist_items_delete on public.wishlist_items
  for delete to authenticated
  using (user_id = (select auth.uid()));
comment on policy wishlist_items_delete on public.wishlist_items is
  'Your own wishlist.';
