-- Whoever changes something that others listen to calls this, in the same transaction. Most stores have no endpoint:
-- then it costs one look into an index and writes nothing.
create or replace function private.emit_webhook(type text, store_id uuid, data jsonb) returns void
language plpgsql volatile
security definer -- nobody holds a write grant on events
set search_path = ''
as $$
begin
  -- An endpoint that is deleted at this moment is waited for, and then left out.
  with subscribed as (
    select webhook_endpoints.id, webhook_endpoints.store_id
    from public.webhook_endpoints
    where (webhook_endpoints.store_id = emit_webhook.store_id or webhook_endpoints.store_id is null)
      and webhook_endpoints.disabled_at is null
      and emit_webhook.type = any (webhook_endpoints.events)
    order by webhook_endpoints.id
    for key share
  ),
  event as (
    insert into public.webhook_events (store_id, type, data)
    select emit_webhook.store_id, emit_webhook.type, emit_webhook.data
    where exists (select from subscribed)
    returning webhook_events.id
  )
  insert into public.webhook_deliveries (endpoint_id, event_id, store_id)
  select subscribed.id, event.id, subscribed.store_id
  from subscribed
  cross join event;
end;
$$;
comment on function private.emit_webhook(text, uuid, jsonb) is
  'Records an event of a store for every endpoint that asked for its type. data: ids and facts of this moment, '
  'nothing about a person.';
