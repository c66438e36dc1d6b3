create or replace function private.run_missed_job(name text) returns void
language plpgsql volatile
security definer -- jobs do what no client may
set search_path = ''
as $$
begin
  if exists (
    select from private.job_runs
    where job_runs.name = run_missed_job.name
      and coalesce(job_runs.last_run_at, job_runs.created_at) < now() - 1.5 * job_runs.every
  ) then
    perform private.run_job(run_missed_job.name);
  end if;
end;
$$;
comment on function private.run_missed_job(text) is
  'Runs a job whose time has passed: the database was down, or the machine is off at night.';
