-- When each job last succeeded; see private.run_job.
create table private.job_runs (
  name text primary key,
  every interval not null,
  last_run_at timestamptz
);
alter table private.job_runs enable row level security;
comment on table private.job_runs is 'The jobs and when each last succeeded. A job is late after three of its intervals.';
