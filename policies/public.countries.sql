-- public.countries: reference data, no secret in it.
drop policy if exists countries_select_anon_authenticated on public.countries;
create policy countries_select_anon_authenticated on public.countries
  for select to anon, authenticated
  using (true);
comment on policy countries_select_anon_authenticated on public.countries is
  'Everyone may read the countries.';
