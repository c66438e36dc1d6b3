-- The jobs: when each last succeeded, how long it takes, why it failed.
select job_runs.name, job_runs.every, job_runs.last_run_at, job_runs.runs,
  round((job_runs.run_seconds / nullif(job_runs.runs, 0) * 1000)::numeric, 1) as average_ms, job_runs.failure,
  coalesce(job_runs.last_run_at, job_runs.created_at) < now() - 3 * job_runs.every as is_late
from private.job_runs
order by is_late desc, job_runs.name;
