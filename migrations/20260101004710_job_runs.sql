-- When each job last succeeded; see private.run_job.
create table private.job_runs (
  name text primary key,
  every interval not null,
  created_at timestamptz not null default now(),
  last_run_at timestamptz,
  runs bigint not null default 0,
  run_seconds double precision not null default 0,
  request_id bigint,
  failure text
);
alter table private.job_runs enable row level security;
comment on table private.job_runs is
  'The jobs and when each last succeeded. A job is late after three of its intervals.';
comment on column private.job_runs.created_at is
  'Since when the job exists; one that never ran is late counted from this.';
comment on column private.job_runs.runs is 'How often it succeeded.';
comment on column private.job_runs.run_seconds is 'How long it worked altogether, in seconds.';
comment on column private.job_runs.request_id is
  'The id of its last request to an edge function (net._http_response.id); null while it made none.';
comment on column private.job_runs.failure is
  'Why the edge function that it asked did not do its work, as of its next run: HTTP 401 (the vault''s secret_key is '
  'not valid), HTTP 500, not reached. Null where it did.';
