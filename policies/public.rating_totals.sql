-- public.rating_totals: sums of what everybody may read.
drop policy if exists rating_totals_select_anon_authenticated on public.rating_totals;
create policy rating_totals_select_anon_authenticated on public.rating_totals
  for select to anon, authenticated
  using (true);
comment on policy rating_totals_select_anon_authenticated on public.rating_totals is 'Everyone sees all totals.';
