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
comment on table private.job_runs is 'The jobs and when each last succeeded. A job is late after three of its intervals.';
comment on column private.job_runs.created_at is
  'Since when the job exists: one that never ran is late by this.';
comment on column private.job_runs.runs is 'How often it succeeded.';
comment on column private.job_runs.run_seconds is 'How long it worked altogether, in seconds.';
comment on column private.job_runs.request_id is
  'What it last asked an edge function (net._http_response.id); null while it asked nothing.';
comment on column private.job_runs.failure is
  'Why the edge function that it asked did not do its work, as of its next run: HTTP 401 (the vault''s secret_key is '
  'not valid), HTTP 500, not reached. Null where it did.';

create function private.job_is_late(job private.job_runs) returns boolean
language sql stable
set search_path = ''
as $$
  select coalesce(job_is_late.job.last_run_at, job_is_late.job.created_at)
    < now() - 3 * job_is_late.job.every - interval '1 minute';
$$;
comment on function private.job_is_late(private.job_runs) is
  'Whether a job has not succeeded for three of its intervals, and a minute; one that never has, since it exists.';

-- What jobs call edge functions with; see private.call_function. Set late or anew, it counts from the next call on.
create function private.missing_secrets() returns text[]
language sql stable
security definer -- reads the names of secrets
set search_path = ''
as $$
  select coalesce(array_agg(needed.name order by needed.name), '{}')
  from unnest(array['project_url', 'secret_key']) as needed (name)
  where not exists (
    select from vault.decrypted_secrets as secret
    where secret.name = needed.name and secret.decrypted_secret <> ''
  );
$$;
comment on function private.missing_secrets() is 'Names of the secrets that jobs need and the vault does not have.';

create function private.set_vault_secret(name text, secret text) returns void
language plpgsql volatile
security definer -- writes secrets
set search_path = ''
as $$
declare
  v_id uuid := (select secrets.id from vault.secrets where secrets.name = set_vault_secret.name);
begin
  if v_id is null then
    perform vault.create_secret(set_vault_secret.secret, set_vault_secret.name);
  else
    perform vault.update_secret(v_id, set_vault_secret.secret);
  end if;
end;
$$;
comment on function private.set_vault_secret(text, text) is
  'Puts a secret into the vault, or another in its place: for the SQL editor, when it was forgotten or is rotated.';

create function private.service_health() returns jsonb
language plpgsql stable
security definer -- reads tables that are granted to nobody
set search_path = ''
as $$
begin
  return jsonb_build_object(
    'outbox', (
      select jsonb_build_object(
        'pending', count(*) filter (where outbox.status = 'pending'),
        'dead', count(*) filter (where outbox.status = 'dead'),
        'oldest_due_seconds', coalesce(
          extract(epoch from now() - min(outbox.run_at) filter (where outbox.status = 'pending' and outbox.run_at <= now()))::integer, 0
        )
      )
      from private.outbox
      where outbox.status in ('pending', 'dead')
    ),
    'jobs', (
      select coalesce(
        jsonb_agg(
          jsonb_build_object(
            'name', job_runs.name, 'last_run_at', job_runs.last_run_at,
            'is_late', private.job_is_late(job_runs), 'failure', job_runs.failure
          )
          order by job_runs.name
        ),
        '[]'
      )
      from private.job_runs
    ),
    'vault', jsonb_build_object('missing', private.missing_secrets()),
    'payments', (
      select jsonb_build_object(
        'unsettled_seconds', coalesce(extract(epoch from now() - min(payments.created_at))::integer, 0)
      )
      from public.payments
      join public.checkouts on checkouts.id = payments.checkout_id
      where payments.provider_payment_id is not null
        and (
          payments.status in ('pending', 'requires_action')
          -- A bank debit takes days; after two weeks something is wrong.
          or (payments.status = 'processing' and payments.created_at < now() - interval '14 days')
        )
    )
  );
end;
$$;
comment on function private.service_health() is 'See public.service_health.';
grant execute on function private.service_health() to service_role;

create function public.service_health() returns jsonb
language sql stable security invoker
set search_path = ''
as $$ select private.service_health(); $$;
comment on function public.service_health() is
  'Service only. {outbox: {pending, dead, oldest_due_seconds}, jobs: [{name, last_run_at, is_late, failure}], '
  'vault: {missing: names of secrets}, payments: {unsettled_seconds}}.';
grant execute on function public.service_health() to service_role;
