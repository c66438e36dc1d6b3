-- public.review_replies: seen with their review; changed and taken back by whoever may answer for the store.
-- `array[store_id, <nil UUID>] && my_scopes()`: works for the store, or is platform admin (policies/README.md).
drop policy if exists review_replies_select_anon on public.review_replies;
create policy review_replies_select_anon on public.review_replies
  for select to anon
  using (is_visible);
comment on policy review_replies_select_anon on public.review_replies is 'Visitors see the answers to visible reviews.';

drop policy if exists review_replies_select_authenticated on public.review_replies;
create policy review_replies_select_authenticated on public.review_replies
  for select to authenticated
  using (
    is_visible
    or coalesce(array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes()), false)
  );
comment on policy review_replies_select_authenticated on public.review_replies is
  'Everyone sees the answers to visible reviews, members all of their stores, platform admins all.';

drop policy if exists review_replies_update_authenticated on public.review_replies;
create policy review_replies_update_authenticated on public.review_replies
  for update to authenticated
  using (coalesce(array[store_id] && (select private.my_scopes(array['owner', 'manager'])), false))
  with check (coalesce(array[store_id] && (select private.my_scopes(array['owner', 'manager'])), false));
comment on policy review_replies_update_authenticated on public.review_replies is
  'Owners and managers change the text of their store''s answers; no other column is granted.';

drop policy if exists review_replies_delete_authenticated on public.review_replies;
create policy review_replies_delete_authenticated on public.review_replies
  for delete to authenticated
  using (coalesce(array[store_id] && (select private.my_scopes(array['owner', 'manager'])), false));
comment on policy review_replies_delete_authenticated on public.review_replies is
  'Owners and managers take their store''s answers back.';
