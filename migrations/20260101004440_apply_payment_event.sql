-- Events of the payment provider: delivered at least once, in any order, sometimes never. Each id is taken once, and each
-- effect asks what already happened instead of trusting the order.
alter table private.settings add column payments_are_live boolean;
comment on column private.settings.payments_are_live is
  'Which events of the payment provider are ours: true only live ones, false only those of a test account, null either.';
