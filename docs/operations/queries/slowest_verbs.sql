-- Calls that took the most of the database's time since its statistics began.
select left(regexp_replace(statements.query, '\s+', ' ', 'g'), 100) as call, statements.calls,
  round(statements.mean_exec_time::numeric, 1) as average_ms,
  round(statements.total_exec_time::numeric / 1000, 1) as total_seconds
from extensions.pg_stat_statements as statements
where statements.query ilike '%"public".%'
order by statements.total_exec_time desc
limit 30;
