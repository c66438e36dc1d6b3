-- Events of the payment provider arrive at least once, in any order, sometimes never. Each id is applied once, and
-- each effect looks at what already happened instead of relying on the order.
alter table private.settings add column payments_are_live boolean;
comment on column private.settings.payments_are_live is
  'Which events of the payment provider are applied: true only live ones, false only those of a test account, '
  'null both.';
