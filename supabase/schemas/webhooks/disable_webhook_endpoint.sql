create or replace function private.disable_webhook_endpoint(endpoint_id uuid, reason text)
returns public.webhook_endpoints
language plpgsql volatile
security definer -- nobody holds a write grant on endpoints
set search_path = ''
as $$
declare
  v_endpoint public.webhook_endpoints;
begin
  update public.webhook_endpoints
  set disabled_at = now(), disabled_reason = disable_webhook_endpoint.reason
  where webhook_endpoints.id = disable_webhook_endpoint.endpoint_id
  returning * into v_endpoint;
  update public.webhook_deliveries
  set status = 'failed', error = 'endpoint_disabled', leased_until = null
  where webhook_deliveries.endpoint_id = disable_webhook_endpoint.endpoint_id
    and webhook_deliveries.status = 'pending';
  return v_endpoint;
end;
$$;
comment on function private.disable_webhook_endpoint(uuid, text) is
  'Switches an endpoint off, whose row the caller has locked; what waits for it has failed.';
