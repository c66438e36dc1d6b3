-- public.message_reports: whoever reported, and platform admins, who decide. Not the author of the message.
drop policy if exists message_reports_select_authenticated on public.message_reports;
create policy message_reports_select_authenticated on public.message_reports
  for select to authenticated
  using (
    reporter_id = (select auth.uid())
    or (select private.is_platform_admin())
  );
comment on policy message_reports_select_authenticated on public.message_reports is
  'People see what they reported, platform admins everything that was.';
