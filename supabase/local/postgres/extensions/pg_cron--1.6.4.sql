-- Jobs on a schedule, with the tables and functions of pg_cron 1.6. The platform's executor reads cron.job, runs each
-- command as the user who scheduled it, and writes cron.job_run_details.
create schema cron;

create sequence cron.jobid_seq;
create sequence cron.runid_seq;

-- A project has one database, `postgres`. Clones of it (for tests) have other names and are still that one, so the
-- name that is recorded is always the project's.
create table cron.job (
  jobid bigint primary key default nextval('cron.jobid_seq'),
  schedule text not null,
  command text not null,
  nodename text not null default 'localhost',
  nodeport integer not null default inet_server_port(),
  database text not null default 'postgres',
  username text not null default current_user,
  active boolean not null default true,
  jobname text
);
alter table cron.job add constraint jobname_username_uniq unique (jobname, username);
alter table cron.job enable row level security;
create policy cron_job_policy on cron.job using (username = current_user);

create table cron.job_run_details (
  jobid bigint,
  runid bigint primary key default nextval('cron.runid_seq'),
  job_pid integer,
  database text,
  username text,
  command text,
  status text,
  return_message text,
  start_time timestamptz,
  end_time timestamptz
);
alter table cron.job_run_details enable row level security;
create policy cron_job_run_details_policy on cron.job_run_details using (username = current_user);

create function cron.job_cache_invalidate() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  -- Delivered at commit, so that the executor only ever sees jobs that exist.
  perform pg_notify('pg_cron', '');
  return null;
end
$$;
create trigger cron_job_cache_invalidate after insert or update or delete or truncate on cron.job
for each statement execute function cron.job_cache_invalidate();

create function cron._is_valid_field(field text, lowest integer, highest integer, names text[]) returns boolean
language plpgsql immutable
set search_path = ''
as $$
declare
  v_item text;
  v_match text[];
  v_bound text;
  v_first integer;
  v_last integer;
begin
  foreach v_item in array string_to_array(lower(field), ',') loop
    v_match := regexp_match(v_item, '^(\*|[a-z0-9]+)(?:-([a-z0-9]+))?(?:/([0-9]{1,4}))?$');
    if v_match is null or v_match[3]::integer = 0 then
      return false;
    end if;
    if v_match[1] = '*' then
      if v_match[2] is not null then
        return false;
      end if;
      continue;
    end if;
    foreach v_bound in array array_remove(array[v_match[1], v_match[2]], null) loop
      if v_bound !~ '^[0-9]{1,4}$' and array_position(names, v_bound) is null then
        return false;
      end if;
    end loop;
    v_first := coalesce(array_position(names, v_match[1]) - 1 + lowest, v_match[1]::integer);
    v_last := case
      when v_match[2] is null then v_first
      else coalesce(array_position(names, v_match[2]) - 1 + lowest, v_match[2]::integer)
    end;
    if v_first < lowest or v_last > highest or v_first > v_last then
      return false;
    end if;
  end loop;
  return field <> '' and right(field, 1) <> ',';
end
$$;

create function cron._is_valid_schedule(schedule text) returns boolean
language plpgsql immutable
set search_path = ''
as $$
declare
  v_schedule text := lower(btrim(schedule, E' \t'));
  v_interval text[] := regexp_match(v_schedule, '^([0-9]{1,2})\s+seconds?$');
  v_fields text[] := regexp_split_to_array(v_schedule, '[ \t]+');
begin
  if v_interval is not null then
    return v_interval[1]::integer between 1 and 59;
  end if;
  if v_schedule in ('@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly', '@reboot') then
    return true;
  end if;
  return array_length(v_fields, 1) = 5
    and cron._is_valid_field(v_fields[1], 0, 59, '{}')
    and cron._is_valid_field(v_fields[2], 0, 23, '{}')
    -- `$` is the last day of the month.
    and (v_fields[3] = '$' or cron._is_valid_field(v_fields[3], 1, 31, '{}'))
    and cron._is_valid_field(v_fields[4], 1, 12, '{jan,feb,mar,apr,may,jun,jul,aug,sep,oct,nov,dec}')
    and cron._is_valid_field(v_fields[5], 0, 7, '{sun,mon,tue,wed,thu,fri,sat}');
end
$$;

create function cron._check_schedule(schedule text) returns void
language plpgsql
set search_path = ''
as $$
begin
  if schedule is null or not cron._is_valid_schedule(schedule) then
    raise exception 'invalid schedule: %', schedule using
      errcode = 'invalid_parameter_value',
      hint = 'Use cron format (e.g. 5 4 * * *), or interval format ''[1-59] seconds''';
  end if;
end
$$;

create function cron.schedule(schedule text, command text) returns bigint
language plpgsql
set search_path = ''
as $$
declare
  v_jobid bigint;
begin
  perform cron._check_schedule(schedule);
  insert into cron.job (schedule, command) values (schedule, command) returning jobid into v_jobid;
  return v_jobid;
end
$$;
comment on function cron.schedule(text, text) is 'schedule a pg_cron job';

create function cron.schedule_in_database(
  job_name text,
  schedule text,
  command text,
  database text,
  username text default null,
  active boolean default true
) returns bigint
language plpgsql
set search_path = ''
as $$
declare
  v_jobid bigint;
begin
  if job_name is null then
    raise exception 'job_name can not be NULL' using errcode = 'null_value_not_allowed';
  end if;
  perform cron._check_schedule(schedule);
  if database not in ('postgres', current_database()) then
    raise exception 'jobs run in the database "%" only', current_database() using errcode = 'feature_not_supported';
  end if;
  if username is not null and not pg_has_role(username, 'member') then
    raise exception 'must be superuser to create a job for another role' using errcode = 'insufficient_privilege';
  end if;
  insert into cron.job (jobname, schedule, command, database, username, active)
  values (job_name, schedule, command, 'postgres', coalesce(username, current_user), active)
  on conflict on constraint jobname_username_uniq do update
  set
    schedule = excluded.schedule,
    command = excluded.command,
    active = excluded.active
  returning jobid into v_jobid;
  return v_jobid;
end
$$;
comment on function cron.schedule_in_database is 'schedule a pg_cron job';

create function cron.schedule(job_name text, schedule text, command text) returns bigint
language sql
set search_path = ''
as $$
  select cron.schedule_in_database(job_name, schedule, command, 'postgres')
$$;
comment on function cron.schedule(text, text, text) is 'schedule a pg_cron job';

create function cron.alter_job(
  job_id bigint,
  schedule text default null,
  command text default null,
  database text default null,
  username text default null,
  active boolean default null
) returns void
language plpgsql
set search_path = ''
as $$
begin
  if schedule is not null then
    perform cron._check_schedule(schedule);
  end if;
  if database not in ('postgres', current_database()) then
    raise exception 'jobs run in the database "%" only', current_database() using errcode = 'feature_not_supported';
  end if;
  if username is not null and not pg_has_role(username, 'member') then
    raise exception 'must be superuser to alter username' using errcode = 'insufficient_privilege';
  end if;
  update cron.job
  set
    schedule = coalesce(alter_job.schedule, job.schedule),
    command = coalesce(alter_job.command, job.command),
    username = coalesce(alter_job.username, job.username),
    active = coalesce(alter_job.active, job.active)
  where job.jobid = alter_job.job_id;
  if not found then
    raise exception 'Job % does not exist or you don''t own it', job_id;
  end if;
end
$$;
comment on function cron.alter_job is 'Alter the job identified by job_id. Any option left as NULL will not be modified.';

create function cron.unschedule(job_id bigint) returns boolean
language plpgsql
set search_path = ''
as $$
begin
  delete from cron.job where job.jobid = unschedule.job_id;
  if not found then
    raise exception 'could not find valid entry for job ''%''', job_id;
  end if;
  return true;
end
$$;
comment on function cron.unschedule(bigint) is 'unschedule a pg_cron job';

create function cron.unschedule(job_name text) returns boolean
language plpgsql
set search_path = ''
as $$
begin
  delete from cron.job where job.jobname = unschedule.job_name and job.username = current_user;
  if not found then
    raise exception 'could not find valid entry for job ''%''', job_name;
  end if;
  return true;
end
$$;
comment on function cron.unschedule(text) is 'unschedule a pg_cron job';

-- Only the owner of the project schedules.
revoke execute on all functions in schema cron from public;
grant usage on schema cron to postgres with grant option;
grant all on all tables in schema cron to postgres with grant option;
grant usage on all sequences in schema cron to postgres with grant option;
grant execute on all functions in schema cron to postgres with grant option;

select pg_catalog.pg_extension_config_dump('cron.job', '');
select pg_catalog.pg_extension_config_dump('cron.jobid_seq', '');

select pg_catalog.pg_notify('pg_cron', '');
