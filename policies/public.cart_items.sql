-- public.cart_items: lines of one's own carts; changed while the cart is active.
drop policy if exists cart_items_select_authenticated on public.cart_items;
create policy cart_items_select_authenticated on public.cart_items
  for select to authenticated
  using (
    cart_id in (select carts.id from public.carts where carts.user_id = (select auth.uid()))
  );
comment on policy cart_items_select_authenticated on public.cart_items is
  'Customers see the lines of their own carts.';

drop policy if exists cart_items_update_authenticated on public.cart_items;
create policy cart_items_update_authenticated on public.cart_items
  for update to authenticated
  using (
    cart_id in (
      select carts.id from public.carts
      where carts.user_id = (select auth.uid()) and carts.status = 'active'
    )
  )
  with check (
    cart_id in (
      select carts.id from public.carts
      where carts.user_id = (select auth.uid()) and carts.status = 'active'
    )
  );
comment on policy cart_items_update_authenticated on public.cart_items is
  'Customers change quantities in their active cart.';

drop policy if exists cart_items_delete_authenticated on public.cart_items;
create policy cart_items_delete_authenticated on public.cart_items
  for delete to authenticated
  using (
    cart_id in (
      select carts.id from public.carts
      where carts.user_id = (select auth.uid()) and carts.status = 'active'
    )
  );
comment on policy cart_items_delete_authenticated on public.cart_items is
  'Customers remove lines from their active cart.';
