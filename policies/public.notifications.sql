-- public.notifications: messages to one person, who reads and deletes them. Written by functions only.
drop policy if exists notifications_select_authenticated on public.notifications;
create policy notifications_select_authenticated on public.notifications
  for select to authenticated
  using (user_id = (select auth.uid()));
comment on policy notifications_select_authenticated on public.notifications is
  'People see their own notifications.';

drop policy if exists notifications_update_authenticated on public.notifications;
create policy notifications_update_authenticated on public.notifications
  for update to authenticated
  using (user_id = (select auth.uid()))
  with check (user_id = (select auth.uid()));
comment on policy notifications_update_authenticated on public.notifications is
  'People mark their own notifications as read.';

drop policy if exists notifications_delete_authenticated on public.notifications;
create policy notifications_delete_authenticated on public.notifications
  for delete to authenticated
  using (user_id = (select auth.uid()));
comment on policy notifications_delete_authenticated on public.notifications is
  'People delete their own notifications.';
