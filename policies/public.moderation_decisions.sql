-- public.moderation_decisions: the author reads the statement of reasons, a reporter what came of the report (looked up
-- once per statement: the reviews that the caller reported), platform admins all.
drop policy if exists moderation_decisions_select_authenticated on public.moderation_decisions;
create policy moderation_decisions_select_authenticated on public.moderation_decisions
  for select to authenticated
  using (
    author_id = (select auth.uid())
    or (select private.is_platform_admin())
    or review_id in (
      select review_reports.review_id
      from public.review_reports
      where review_reports.reporter_id = (select auth.uid())
    )
  );
comment on policy moderation_decisions_select_authenticated on public.moderation_decisions is
  'Authors see the decisions about their reviews, reporters those about reviews they reported, platform admins all.';
