-- Whether the jobs run, for those who run the marketplace and read no SQL. Nobody holds a grant on the table, so that
-- one function reads it, for operators only.
create or replace function private.jobs_for_operators() returns table (
  name text, every_seconds integer, last_run_at timestamptz, runs bigint, run_seconds double precision,
  is_late boolean, failure text
)
language plpgsql stable
security definer -- reads a table that is granted to nobody
set search_path = ''
as $$
begin
  if private.is_operator() then
    return query
    select
      job_runs.name, extract(epoch from job_runs.every)::integer, job_runs.last_run_at, job_runs.runs,
      job_runs.run_seconds, private.job_is_late(job_runs), job_runs.failure
    from private.job_runs;
  end if;
end;
$$;
comment on function private.jobs_for_operators() is 'Every job, for operators; for others none.';
grant execute on function private.jobs_for_operators() to authenticated, service_role;

create or replace view public.admin_jobs with (security_invoker = true) as
select
  jobs.name, jobs.every_seconds, jobs.last_run_at, jobs.runs, jobs.run_seconds, jobs.is_late, jobs.failure
from private.jobs_for_operators() as jobs;
grant select on public.admin_jobs to authenticated, service_role;
comment on view public.admin_jobs is
  'The jobs: when each last succeeded, whether it is late (three of its intervals), and what an edge function that it '
  'asked answered instead of working. Rows for operators only.';
