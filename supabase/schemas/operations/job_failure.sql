create or replace function private.job_failure(job private.job_runs) returns text
language sql stable
security definer -- nobody else reads what pg_net was answered
set search_path = ''
as $$
  select case
    when job_failure.job.request_id is null then null
    -- Without an answer so far, what was known before still holds.
    when answer.id is null then job_failure.job.failure
    when answer.status_code >= 400 then 'HTTP ' || answer.status_code
    -- A request that only took too long is no failure: the next run asks for the rest of the work.
    when answer.status_code is null and not coalesce(answer.timed_out, false) then 'not reached'
  end
  from (select 1) as once
  left join net._http_response as answer on answer.id = job_failure.job.request_id;
$$;
comment on function private.job_failure(private.job_runs) is
  'What became of the request that a job made in its last run; see job_runs.failure.';
