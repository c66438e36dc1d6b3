-- The largest tables, with their indexes, and what waits to be vacuumed in them.
select stats.schemaname as schema, stats.relname as table_name,
  pg_size_pretty(pg_total_relation_size(stats.relid)) as size, stats.n_live_tup as live_rows,
  stats.n_dead_tup as dead_rows, greatest(stats.last_vacuum, stats.last_autovacuum) as last_vacuum
from pg_stat_user_tables as stats
where stats.schemaname in ('public', 'private', 'auth', 'storage')
order by pg_total_relation_size(stats.relid) desc
limit 30;
