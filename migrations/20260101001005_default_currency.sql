-- Prices of different currencies cannot be compared, so a search by price that names no currency means the
-- marketplace's own.
alter table private.settings
  add column default_currency text not null default 'INR'
  constraint settings_default_currency_check check (default_currency ~ '^[A-Z]{3}$');
comment on column private.settings.default_currency is
  'Currency (ISO 4217) of a new store that names none, and of a price filter that names none.';
