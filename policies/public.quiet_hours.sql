-- public.quiet_hours: a person's own, who ends them by deleting the row. Written by set_quiet_hours only.
drop policy if exists quiet_hours_select_authenticated on public.quiet_hours;
create policy quiet_hours_select_authenticated on public.quiet_hours
  for select to authenticated
  using (user_id = (select auth.uid()));
comment on policy quiet_hours_select_authenticated on public.quiet_hours is 'People see their own quiet hours.';

drop policy if exists quiet_hours_delete_authenticated on public.quiet_hours;
create policy quiet_hours_delete_authenticated on public.quiet_hours
  for delete to authenticated
  using (user_id = (select auth.uid()));
comment on policy quiet_hours_delete_authenticated on public.quiet_hours is 'People end their own quiet hours.';
