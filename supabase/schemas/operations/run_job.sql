-- Every job runs through here, so that there is one place that knows when each has last succeeded. Jobs that need
-- an edge function ask first whether there is anything to do.
create or replace function private.run_job(name text) returns void
language plpgsql volatile
security definer -- jobs do what no client may
set search_path = ''
as $$
declare
  v_request bigint;
begin
  case run_job.name
    when 'expire-checkouts' then
      perform private.expire_checkouts();
    when 'expire-bookings' then
      perform private.expire_bookings();
    when 'count-product-sales' then
      perform private.count_product_sales();
    when 'choose-best-sellers' then
      perform private.choose_best_sellers();
    when 'send-emails' then
      -- An edge function is called only if there is something for it to do.
      if exists (
        select from private.outbox
        where outbox.status = 'pending'
          and outbox.run_at <= now()
          and (outbox.leased_until is null or outbox.leased_until <= now())
      ) then
        v_request := private.call_function('emails');
      end if;
    when 'send-webhooks' then
      if exists (
        select from public.webhook_deliveries
        join public.webhook_endpoints on webhook_endpoints.id = webhook_deliveries.endpoint_id
        where webhook_deliveries.status = 'pending'
          and webhook_deliveries.next_attempt_at <= now()
          and (webhook_deliveries.leased_until is null or webhook_deliveries.leased_until <= now())
          and webhook_endpoints.disabled_at is null
      ) then
        v_request := private.call_function('webhooks');
      end if;
    when 'reconcile-payments' then
      if exists (
        select from public.payments
        where payments.status in ('pending', 'requires_action', 'processing', 'failed')
          and payments.next_check_at <= now()
      ) or exists (
        select from public.refunds
        where refunds.status = 'approved'
          and refunds.next_attempt_at <= now()
          and not private.is_disputed(refunds.payment_id)
      ) then
        v_request := private.call_function('payments-reconcile');
      end if;
    when 'send-payouts' then
      if private.has_payout_work() then
        v_request := private.call_function('payouts-send');
      end if;
    when 'compare-balances' then
      if exists (select from public.payments where payments.provider = 'stripe') then
        v_request := private.call_function('payouts-send/balances');
      end if;
    when 'sweep-images' then
      if exists (select from private.stale_image_copies(1)) or exists (select from private.stale_attachments(1)) then
        v_request := private.call_function('images-sweep');
      end if;
    when 'sweep-attachments' then
      -- Of a message that was deleted; what nobody sent waits for the hourly round, which looks at every file.
      if exists (
        select from private.discarded_attachments
        join storage.objects
          on objects.bucket_id = 'message-attachments' and objects.name = discarded_attachments.path
      ) then
        v_request := private.call_function('images-sweep');
      end if;
    when 'offer-freed-times' then
      perform private.offer_freed_times();
    when 'remind-bookings' then
      perform private.remind_bookings();
    when 'expire-carts' then
      perform private.expire_carts();
      perform private.remind_abandoned_carts();
    when 'rescore-products' then
      perform private.rescore_products();
    when 'evaluate-alerts' then
      perform private.evaluate_alerts();
    when 'create-partitions' then
      perform private.create_month_partitions('stock_moves');
      perform private.create_month_partitions('order_events');
    when 'purge' then
      perform private.purge();
    when 'check-invariants' then
      perform private.raise_alert(
        'invariant_violated', format(
          '%s invariants are violated: %s.', count(*), string_agg(distinct violation.rule, ', ')
        )
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
