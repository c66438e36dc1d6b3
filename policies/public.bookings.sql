-- public.bookings: appointments are seen by both sides, and by nobody else's store.
drop policy if exists bookings_select_authenticated on public.bookings;
create policy bookings_select_authenticated on public.bookings
  for select to authenticated
  using (
    customer_id = (select auth.uid())
    or coalesce(array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes()), false)
  );
comment on policy bookings_select_authenticated on public.bookings is
  'Customers see bookings of their own, members those of their stores, platform admins all.';
