create or replace function private.job_metrics() returns setof private.metric
language sql stable
set search_path = ''
as $$
  select metric.name, metric.type, metric.help, jsonb_build_object('job', job_runs.name), metric.value
  from private.job_runs
  cross join lateral (
    values
      ('marketbase_job_runs_total', 'counter', 'How often a job succeeded.', job_runs.runs::numeric),
      (
        'marketbase_job_run_seconds_total', 'counter', 'How long a job worked altogether.',
        job_runs.run_seconds::numeric
      ),
      (
        'marketbase_job_last_success_timestamp_seconds', 'gauge', 'When a job last succeeded.',
        extract(epoch from job_runs.last_run_at)
      ),
      (
        'marketbase_job_late', 'gauge', 'Whether a job has not succeeded for three of its intervals.',
        private.job_is_late(job_runs)::integer
      ),
      (
        'marketbase_job_failing', 'gauge', 'Whether the edge function that a job asked refused or failed.',
        (job_runs.failure is not null)::integer
      )
  ) as metric (name, type, help, value)
  where metric.value is not null;
$$;
comment on function private.job_metrics() is 'What private.job_runs knows of each job.';
