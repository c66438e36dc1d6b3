-- Written by `npm run policies` from the files in policies/. Change those, not this.

-- policies/public.currencies.sql
-- public.currencies: reference data, no secret in it.
drop policy if exists currencies_select on public.currencies;
create policy currencies_select on public.currencies
  for select to anon, authenticated
  using (true);
comment on policy currencies_select on public.currencies is 'Everyone may read the currencies.';
