-- Mails and texts of the last week that were given up, or that wait longer than ten minutes.
select outbox.created_at, outbox.channel, outbox.template, outbox.recipient, outbox.status, outbox.attempts,
  outbox.run_at, outbox.last_error
from private.outbox
where outbox.created_at >= now() - interval '7 days'
  and (outbox.status = 'dead' or (outbox.status = 'pending' and outbox.run_at < now() - interval '10 minutes'))
order by outbox.created_at desc
limit 200;
