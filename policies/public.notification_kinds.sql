-- public.notification_kinds: what there is to be told of, for everybody. Written by migrations only.
drop policy if exists notification_kinds_select_anon_authenticated on public.notification_kinds;
create policy notification_kinds_select_anon_authenticated on public.notification_kinds
  for select to anon, authenticated
  using (true);
comment on policy notification_kinds_select_anon_authenticated on public.notification_kinds is
  'Everybody sees of what people are told.';
