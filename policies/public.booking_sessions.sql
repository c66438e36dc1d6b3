-- public.booking_sessions: the calendar of a store is its own.
drop policy if exists booking_sessions_select_authenticated on public.booking_sessions;
create policy booking_sessions_select_authenticated on public.booking_sessions
  for select to authenticated
  using (array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes()));
comment on policy booking_sessions_select_authenticated on public.booking_sessions is
  'Members see the calendar of their stores, platform admins all.';
