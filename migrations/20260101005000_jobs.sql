-- The clockwork: pg_cron calls private.run_job, which does the work in SQL or asks an edge function to (pg_net is fire and
-- forget, so it is never the only record: what is to do stands in tables, and the next run finds it again).

create function private.call_function(name text) returns bigint
language plpgsql volatile
security definer -- reads secrets of the vault
set search_path = ''
as $$
declare
  v_url text := (select decrypted_secrets.decrypted_secret from vault.decrypted_secrets where decrypted_secrets.name = 'project_url');
  v_key text := (select decrypted_secrets.decrypted_secret from vault.decrypted_secrets where decrypted_secrets.name = 'secret_key');
begin
  if v_url is null or v_key is null then
    raise exception 'the vault has no project_url or no secret_key'
      using hint =
        'Set both, such as: select private.set_vault_secret(''project_url'', ''https://<project>.supabase.co'').';
  end if;
  return net.http_post(
    url => v_url || '/functions/v1/' || call_function.name,
    headers => jsonb_build_object('content-type', 'application/json', 'apikey', v_key),
    body => '{}'::jsonb,
    timeout_milliseconds => 30000
  );
end;
$$;
comment on function private.call_function(text) is 'Asks an edge function to do its work, with the secret key of the vault; returns the id of the queued request.';

create function private.job_failure(job private.job_runs) returns text
language sql stable
security definer -- nobody else reads what pg_net was answered
set search_path = ''
as $$
  select case
    when job_failure.job.request_id is null then null
    -- Not answered yet: what was known still holds.
    when answer.id is null then job_failure.job.failure
    when answer.status_code >= 400 then 'HTTP ' || answer.status_code
    -- Long work is no failure: what is left of it, the next run asks for.
    when answer.status_code is null and not coalesce(answer.timed_out, false) then 'not reached'
  end
  from (select 1) as once
  left join net._http_response as answer on answer.id = job_failure.job.request_id;
$$;
comment on function private.job_failure(private.job_runs) is 'What became of the request that a job made in its last run; see job_runs.failure.';

create function private.run_job(name text) returns void
language plpgsql volatile
security definer -- jobs do what no client may
set search_path = ''
as $$
declare
  v_request bigint;
begin
  case name
    when 'expire-checkouts' then
      perform private.expire_checkouts();
    when 'count-product-sales' then
      perform private.count_product_sales();
    when 'choose-best-sellers' then
      perform private.choose_best_sellers();
    when 'send-emails' then
      -- Nobody is woken for nothing.
      if exists (
        select from private.outbox
        where outbox.status = 'pending' and outbox.run_at <= now() and (outbox.leased_until is null or outbox.leased_until <= now())
      ) then
        v_request := private.call_function('emails');
      end if;
    when 'reconcile-payments' then
      if exists (
        select from public.payments
        where payments.status in ('pending', 'requires_action', 'processing', 'failed') and payments.next_check_at <= now()
      ) or exists (
        select from public.refunds
        where refunds.status = 'approved' and refunds.next_attempt_at <= now() and not private.is_disputed(refunds.payment_id)
      ) then
        v_request := private.call_function('payments-reconcile');
      end if;
    when 'sweep-images' then
      if exists (select from private.stale_image_copies(1)) then
        v_request := private.call_function('images-sweep');
      end if;
    when 'expire-carts' then
      perform private.expire_carts();
      perform private.remind_abandoned_carts();
    when 'evaluate-alerts' then
      perform private.evaluate_alerts();
    when 'create-partitions' then
      perform private.create_month_partitions('stock_moves');
      perform private.create_month_partitions('order_events');
    when 'purge' then
      perform private.purge();
    when 'check-invariants' then
      perform private.raise_alert(
        'invariant_violated', format('%s invariants are violated: %s.', count(*), string_agg(distinct violation.rule, ', '))
      )
      from private.check_invariants() as violation
      having count(*) > 0;
  end case;
  update private.job_runs
  set last_run_at = now(),
    runs = job_runs.runs + 1,
    run_seconds = job_runs.run_seconds + extract(epoch from clock_timestamp() - now()),
    request_id = v_request,
    failure = private.job_failure(job_runs)
  where job_runs.name = run_job.name;
end;
$$;
comment on function private.run_job(text) is 'Runs one job by name and notes that it succeeded, and what it asked for.';

create function private.run_missed_job(name text) returns void
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

insert into private.job_runs (name, every) values
  ('expire-checkouts', '1 minute'),
  ('count-product-sales', '1 minute'),
  ('choose-best-sellers', '1 minute'),
  ('send-emails', '10 seconds'),
  ('reconcile-payments', '1 minute'),
  ('expire-carts', '1 hour'),
  ('evaluate-alerts', '5 minutes'),
  ('create-partitions', '1 day'),
  ('sweep-images', '1 hour'),
  ('purge', '1 day'),
  ('check-invariants', '1 day');

select cron.schedule('expire-checkouts', '* * * * *', $$select private.run_job('expire-checkouts')$$);
select cron.schedule('count-product-sales', '* * * * *', $$select private.run_job('count-product-sales')$$);
-- A job of its own: both lock products in the order of their key, and two such walks in one transaction would be no order.
select cron.schedule('choose-best-sellers', '* * * * *', $$select private.run_job('choose-best-sellers')$$);
select cron.schedule('send-emails', '10 seconds', $$select private.run_job('send-emails')$$);
select cron.schedule('reconcile-payments', '* * * * *', $$select private.run_job('reconcile-payments')$$);
select cron.schedule('expire-carts', '7 * * * *', $$select private.run_job('expire-carts')$$);
select cron.schedule('sweep-images', '37 * * * *', $$select private.run_job('sweep-images')$$);
select cron.schedule('evaluate-alerts', '*/5 * * * *', $$select private.run_job('evaluate-alerts')$$);
select cron.schedule('create-partitions', '11 3 * * *', $$select private.run_job('create-partitions')$$);
select cron.schedule('purge', '23 3 * * *', $$select private.run_job('purge')$$);
select cron.schedule('check-invariants', '41 3 * * *', $$select private.run_job('check-invariants')$$);

-- What runs hourly or nightly is looked after, so that a missed hour does not mean a missed day.
select cron.schedule('missed-' || job_runs.name, '*/10 * * * *', format('select private.run_missed_job(%L)', job_runs.name))
from private.job_runs
where job_runs.every >= interval '1 hour';
