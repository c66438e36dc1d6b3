-- public.review_reports: seen by whoever made them and by platform admins, who decide.
drop policy if exists review_reports_select_authenticated on public.review_reports;
create policy review_reports_select_authenticated on public.review_reports
  for select to authenticated
  using (reporter_id = (select auth.uid()) or (select private.is_platform_admin()));
comment on policy review_reports_select_authenticated on public.review_reports is
  'People see their own reports, platform admins all.';
