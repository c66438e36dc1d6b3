-- Rows that only had to answer for a while, such as the keys of retries, would otherwise grow for ever.
create or replace function private.purge() returns void
language plpgsql volatile
security definer -- nobody holds a write grant on these
set search_path = ''
as $$
begin
  delete from private.idempotency_keys where idempotency_keys.created_at < now() - interval '30 days';
  delete from private.provider_events where provider_events.created_at < now() - interval '180 days';
  delete from private.sms_messages where sms_messages.claimed_at < now() - interval '7 days';
  delete from private.outbox
  where outbox.status in ('sent', 'skipped')
    and coalesce(outbox.sent_at, outbox.created_at) < now() - interval '30 days';
  delete from private.daily_uses where daily_uses.began_at < now() - interval '24 hours';
  delete from private.discarded_attachments
  where discarded_attachments.created_at < now() - interval '1 day'
    and not exists (
      select from storage.objects
      where objects.bucket_id = 'message-attachments' and objects.name = discarded_attachments.path
    );
  -- Deliveries first, without waiting for anybody: what is deleted with its endpoint at this moment goes that way.
  delete from public.webhook_deliveries
  where webhook_deliveries.id in (
    select old.id from public.webhook_deliveries as old
    where old.id < private.first_id_at(now() - interval '30 days')
    for update skip locked
  );
  delete from public.webhook_events
  where webhook_events.id < private.first_id_at(now() - interval '30 days')
    and not exists (select from public.webhook_deliveries where webhook_deliveries.event_id = webhook_events.id);
  delete from private.request_metrics where request_metrics.minute < now() - interval '30 days';
end;
$$;
comment on function private.purge() is
  'Removes what has served its time: keys, events, codes, delivered messages, webhooks, metrics. A job, every night.';
