-- The one question "does it still run?", for the edge function health and for the alerts: what waits, which job is
-- late, what cannot work because a secret is missing.
create or replace function private.service_health() returns jsonb
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
          extract(
            epoch from now() - min(outbox.run_at) filter (where outbox.status = 'pending' and outbox.run_at <= now())
          )::integer, 0
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

create or replace function public.service_health() returns jsonb
language sql stable security invoker
set search_path = ''
as $$ select private.service_health(); $$;
comment on function public.service_health() is
  'Service only. {outbox: {pending, dead, oldest_due_seconds}, jobs: [{name, last_run_at, is_late, failure}], '
  'vault: {missing: names of secrets}, payments: {unsettled_seconds}}.';
grant execute on function public.service_health() to service_role;
