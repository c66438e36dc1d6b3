-- public.review_media: photos are seen with their review.
drop policy if exists review_media_select_anon on public.review_media;
create policy review_media_select_anon on public.review_media
  for select to anon
  using (is_visible);
comment on policy review_media_select_anon on public.review_media is 'Visitors see the photos of visible reviews.';

drop policy if exists review_media_select_authenticated on public.review_media;
create policy review_media_select_authenticated on public.review_media
  for select to authenticated
  using (is_visible or (select private.is_platform_admin()));
comment on policy review_media_select_authenticated on public.review_media is
  'Everyone sees the photos of visible reviews, platform admins all.';
