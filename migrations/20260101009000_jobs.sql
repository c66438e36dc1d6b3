-- What runs by itself, and when (cron, UTC). private.run_job does the work of each name and records it.
insert into private.job_runs (name, every) values
  ('expire-checkouts', '1 minute'),
  ('expire-bookings', '1 minute'),
  ('count-product-sales', '1 minute'),
  ('choose-best-sellers', '1 minute'),
  ('rescore-products', '1 minute'),
  ('send-emails', '10 seconds'),
  ('send-webhooks', '10 seconds'),
  ('reconcile-payments', '1 minute'),
  ('remind-bookings', '1 minute'),
  ('offer-freed-times', '10 seconds'),
  ('send-payouts', '1 minute'),
  ('compare-balances', '1 day'),
  ('expire-carts', '1 hour'),
  ('evaluate-alerts', '5 minutes'),
  ('create-partitions', '1 day'),
  ('sweep-images', '1 hour'),
  ('sweep-attachments', '1 minute'),
  ('purge', '1 day'),
  ('check-invariants', '1 day');

select cron.schedule('expire-checkouts', '* * * * *', $$select private.run_job('expire-checkouts')$$);
select cron.schedule('expire-bookings', '* * * * *', $$select private.run_job('expire-bookings')$$);
select cron.schedule('count-product-sales', '* * * * *', $$select private.run_job('count-product-sales')$$);
-- A job of its own: like the one before, it locks products in the order of their key. Both in one transaction would
-- lock them in two rounds, which is no order.
select cron.schedule('choose-best-sellers', '* * * * *', $$select private.run_job('choose-best-sellers')$$);
select cron.schedule('rescore-products', '* * * * *', $$select private.run_job('rescore-products')$$);
select cron.schedule('send-emails', '10 seconds', $$select private.run_job('send-emails')$$);
select cron.schedule('send-webhooks', '10 seconds', $$select private.run_job('send-webhooks')$$);
select cron.schedule('reconcile-payments', '* * * * *', $$select private.run_job('reconcile-payments')$$);
select cron.schedule('offer-freed-times', '10 seconds', $$select private.run_job('offer-freed-times')$$);
select cron.schedule('remind-bookings', '* * * * *', $$select private.run_job('remind-bookings')$$);
select cron.schedule('send-payouts', '* * * * *', $$select private.run_job('send-payouts')$$);
select cron.schedule('compare-balances', '29 3 * * *', $$select private.run_job('compare-balances')$$);
select cron.schedule('expire-carts', '7 * * * *', $$select private.run_job('expire-carts')$$);
select cron.schedule('sweep-images', '37 * * * *', $$select private.run_job('sweep-images')$$);
select cron.schedule('sweep-attachments', '* * * * *', $$select private.run_job('sweep-attachments')$$);
select cron.schedule('evaluate-alerts', '*/5 * * * *', $$select private.run_job('evaluate-alerts')$$);
select cron.schedule('create-partitions', '11 3 * * *', $$select private.run_job('create-partitions')$$);
select cron.schedule('purge', '23 3 * * *', $$select private.run_job('purge')$$);
select cron.schedule('check-invariants', '41 3 * * *', $$select private.run_job('check-invariants')$$);

-- A job that runs hourly or daily is looked at every ten minutes: if its hour was missed, it runs then.
select cron.schedule(
  'missed-' || job_runs.name, '*/10 * * * *', format('select private.run_missed_job(%L)', job_runs.name)
)
from private.job_runs
where job_runs.every >= interval '1 hour';
