-- public.currencies: reference data, no secret in it.
drop policy if exists currencies_select_anon_authenticated on public.currencies;
create policy currencies_select_anon_authenticated on public.currencies
  for select to anon, authenticated
  using (true);
comment on policy currencies_select_anon_authenticated on public.currencies is 'Everyone may read the currencies.';
