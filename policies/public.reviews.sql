-- public.reviews: everyone reads visible ones, authors their own in any state, platform admins all. A store sees no
-- more of them than everybody.
drop policy if exists reviews_select_anon on public.reviews;
create policy reviews_select_anon on public.reviews
  for select to anon
  using (status = 'visible');
comment on policy reviews_select_anon on public.reviews is 'Visitors see visible reviews.';

drop policy if exists reviews_select_authenticated on public.reviews;
create policy reviews_select_authenticated on public.reviews
  for select to authenticated
  using (
    status = 'visible'
    or author_id = (select auth.uid())
    or (select private.is_platform_admin())
  );
comment on policy reviews_select_authenticated on public.reviews is
  'Everyone sees visible reviews, authors their own, platform admins all.';
