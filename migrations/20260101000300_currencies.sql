-- Money is a bigint of minor units with its currency beside it. How many decimals that means depends on the currency
-- (ISO 4217) and is kept here, so that nobody divides by 100 out of habit.
create function private.money_step(currency text) returns bigint
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return case when money_step.currency in ('BHD', 'KWD', 'TND') then 10 else 1 end;
end;
$$;
comment on function private.money_step(text) is
  'The smallest amount that is charged, in minor units: cards (and coins) leave the third decimal of a currency '
  'at 0. Every amount that is computed is rounded to a multiple of it, once, half up.';
grant execute on function private.money_step(text) to anon, authenticated, service_role;

create table public.currencies (
  code text primary key,
  exponent smallint not null,
  step smallint not null generated always as (private.money_step(code)) stored,
  constraint currencies_code_check check (code ~ '^[A-Z]{3}$'),
  constraint currencies_exponent_check check (exponent between 0 and 3)
);
alter table public.currencies enable row level security;
grant select on public.currencies to anon, authenticated, service_role;
comment on table public.currencies is
  'The currencies a store may sell in (ISO 4217). Readable by everyone, written by migrations only.';
comment on column public.currencies.exponent is 'Decimals of the minor unit: 2 for USD (cents), 0 for JPY, 3 for KWD.';
comment on column public.currencies.step is
  'Prices and rates are whole multiples of it: 10 where there is a third decimal, else 1.';

insert into public.currencies (code, exponent) values
  ('AED', 2), ('AUD', 2), ('BDT', 2), ('BHD', 3), ('BRL', 2), ('CAD', 2), ('CHF', 2), ('CNY', 2),
  ('CZK', 2), ('DKK', 2), ('EGP', 2), ('EUR', 2), ('GBP', 2), ('HKD', 2), ('HUF', 2), ('IDR', 2),
  ('ILS', 2), ('INR', 2), ('JPY', 0), ('KES', 2), ('KRW', 0), ('KWD', 3), ('LKR', 2), ('MAD', 2),
  ('MXN', 2), ('MYR', 2), ('NGN', 2), ('NOK', 2), ('NPR', 2), ('NZD', 2), ('PHP', 2), ('PKR', 2),
  ('PLN', 2), ('QAR', 2), ('RON', 2), ('SAR', 2), ('SEK', 2), ('SGD', 2), ('THB', 2), ('TND', 3),
  ('TRY', 2), ('TWD', 2), ('UAH', 2), ('USD', 2), ('VND', 0), ('ZAR', 2);
