-- public.push_subscriptions: the browsers of a person, who sees and removes them. Added by subscribe_push only.
drop policy if exists push_subscriptions_select_authenticated on public.push_subscriptions;
create policy push_subscriptions_select_authenticated on public.push_subscriptions
  for select to authenticated
  using (user_id = (select auth.uid()));
comment on policy push_subscriptions_select_authenticated on public.push_subscriptions is
  'People see their own browsers.';

drop policy if exists push_subscriptions_delete_authenticated on public.push_subscriptions;
create policy push_subscriptions_delete_authenticated on public.push_subscriptions
  for delete to authenticated
  using (user_id = (select auth.uid()));
comment on policy push_subscriptions_delete_authenticated on public.push_subscriptions is
  'People end pushed messages in their own browsers.';
