-- What a customer is told about a card payment that failed, so that it is told once.
alter table public.payments add column told_failure text;
comment on column public.payments.told_failure is
  'The failed attempt that the customer was told of last: its charge and code. If an event or the job reports it '
  'again, it is not told again.';
