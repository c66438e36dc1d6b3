-- A program that stopped listening is nobody's fault and everybody's surprise: its people learn it from us.
create or replace function private.tell_webhook_disabled(endpoint public.webhook_endpoints) returns void
language plpgsql volatile
security definer -- writes the outbox, which no client may write
set search_path = ''
as $$
begin
  if tell_webhook_disabled.endpoint.store_id is null then
    perform private.raise_alert(
      'webhook_disabled',
      format(
        'The webhook endpoint %s has accepted nothing since %s and was switched off.',
        tell_webhook_disabled.endpoint.url, tell_webhook_disabled.endpoint.failing_since
      ),
      jsonb_build_object('endpoint_id', tell_webhook_disabled.endpoint.id)
    );
    return;
  end if;
  insert into private.outbox (template, store_id, payload)
  values (
    'webhook_disabled', tell_webhook_disabled.endpoint.store_id,
    jsonb_build_object(
      'endpoint_id', tell_webhook_disabled.endpoint.id, 'url', tell_webhook_disabled.endpoint.url,
      'failing_since', tell_webhook_disabled.endpoint.failing_since
    )
  );
end;
$$;
comment on function private.tell_webhook_disabled(public.webhook_endpoints) is
  'Writes to the store, or to those who run the marketplace, that an endpoint was switched off because it failed.';
