-- public.decision_appeals: seen by whoever made them and by platform admins, who decide.
drop policy if exists decision_appeals_select_authenticated on public.decision_appeals;
create policy decision_appeals_select_authenticated on public.decision_appeals
  for select to authenticated
  using (user_id = (select auth.uid()) or (select private.is_platform_admin()));
comment on policy decision_appeals_select_authenticated on public.decision_appeals is
  'People see their own appeals, platform admins all.';
