-- The last hundred things that people with rights changed.
select audit.at, audit.actor, audit.action, audit.table_name, audit.store, audit.before, audit.after
from public.admin_audit as audit
order by audit.at desc
limit 100;
