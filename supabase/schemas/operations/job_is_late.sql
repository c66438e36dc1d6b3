create or replace function private.job_is_late(job private.job_runs) returns boolean
language sql stable
set search_path = ''
as $$
  select coalesce(job_is_late.job.last_run_at, job_is_late.job.created_at)
    < now() - 3 * job_is_late.job.every - interval '1 minute';
$$;
comment on function private.job_is_late(private.job_runs) is
  'Whether a job has not succeeded for three of its intervals and a minute, counted from its creation if it never '
  'has.';
