-- public.moderation_items: the queue of those who run the marketplace.
drop policy if exists moderation_items_select_authenticated on public.moderation_items;
create policy moderation_items_select_authenticated on public.moderation_items
  for select to authenticated
  using ((select private.is_platform_admin()));
comment on policy moderation_items_select_authenticated on public.moderation_items is 'Platform admins see all items.';
