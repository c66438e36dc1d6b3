-- What a customer is told about a card payment that did not go through, and about one that came when the order was over.
alter table public.payments add column told_failure text;
comment on column public.payments.told_failure is
  'Which failed try the customer was told of last: its charge and code. Reported again, by an event or by the job, '
  'it is not told again.';
