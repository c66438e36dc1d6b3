-- Alerts that nobody has resolved, the newest first.
select alerts.created_at, alerts.rule, alerts.message, alerts.data
from private.alerts
where alerts.resolved_at is null
order by alerts.created_at desc;
