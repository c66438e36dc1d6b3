-- public.review_votes: how people voted is their own business; reviews have the counts.
drop policy if exists review_votes_select_authenticated on public.review_votes;
create policy review_votes_select_authenticated on public.review_votes
  for select to authenticated
  using (voter_id = (select auth.uid()));
comment on policy review_votes_select_authenticated on public.review_votes is 'People see their own votes.';
