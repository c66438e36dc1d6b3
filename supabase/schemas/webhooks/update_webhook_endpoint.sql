-- Another address, other events, on or off. What waits for an endpoint that is switched off has failed: it can be
-- replayed when the endpoint is on again.
create or replace function private.update_webhook_endpoint(
  endpoint_id uuid, url text, events text[], is_enabled boolean
) returns public.webhook_endpoints
language plpgsql volatile
security definer -- clients hold no update grant on endpoints
set search_path = ''
as $$
declare
  v_endpoint public.webhook_endpoints := private.lock_webhook_endpoint(update_webhook_endpoint.endpoint_id);
begin
  v_endpoint.url := coalesce(update_webhook_endpoint.url, v_endpoint.url);
  v_endpoint.events := coalesce(update_webhook_endpoint.events, v_endpoint.events);
  perform private.require_webhook_wish(v_endpoint.url, v_endpoint.events);
  if update_webhook_endpoint.is_enabled then
    v_endpoint.failing_since := null;
    v_endpoint.disabled_at := null;
    v_endpoint.disabled_reason := null;
  end if;
  update public.webhook_endpoints
  set url = v_endpoint.url,
    events = array(select distinct wanted.type from unnest(v_endpoint.events) as wanted (type) order by 1),
    failing_since = v_endpoint.failing_since,
    disabled_at = v_endpoint.disabled_at,
    disabled_reason = v_endpoint.disabled_reason
  where webhook_endpoints.id = v_endpoint.id
  returning * into v_endpoint;
  if not update_webhook_endpoint.is_enabled and v_endpoint.disabled_at is null then
    v_endpoint := private.disable_webhook_endpoint(v_endpoint.id, 'switched_off');
  end if;
  return v_endpoint;
end;
$$;
comment on function private.update_webhook_endpoint(uuid, text, text[], boolean) is
  'See public.update_webhook_endpoint.';
grant execute on function private.update_webhook_endpoint(uuid, text, text[], boolean)
  to anon, authenticated, service_role;

create or replace function public.update_webhook_endpoint(
  endpoint_id uuid, url text default null, events text[] default null, is_enabled boolean default null
) returns public.webhook_endpoints
language sql volatile security invoker
set search_path = ''
as $$
  select * from private.update_webhook_endpoint(
    update_webhook_endpoint.endpoint_id, update_webhook_endpoint.url, update_webhook_endpoint.events,
    update_webhook_endpoint.is_enabled
  );
$$;
comment on function public.update_webhook_endpoint(uuid, text, text[], boolean) is
  'Changes what is given and leaves the rest. is_enabled false: nothing is sent there any more, and what waits has '
  'failed; true: events from now on are sent. For owner and managers, and platform admins. Errors: not_signed_in, '
  'account_required, session_revoked, webhook_endpoint_not_found, invalid_webhook_url, invalid_webhook_events.';
grant execute on function public.update_webhook_endpoint(uuid, text, text[], boolean)
  to anon, authenticated, service_role;
