-- public.notification_preferences: a person's own. Written by verbs only.
drop policy if exists notification_preferences_select_authenticated on public.notification_preferences;
create policy notification_preferences_select_authenticated on public.notification_preferences
  for select to authenticated
  using (user_id = (select auth.uid()));
comment on policy notification_preferences_select_authenticated on public.notification_preferences is
  'People see their own preferences.';
