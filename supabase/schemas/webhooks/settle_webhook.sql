-- The worker's report on one try. A receiver that is down loses nothing: eight tries within a day, with pauses that
-- grow from seconds to hours. One that has accepted nothing for three days is switched off, and its people are told.
create or replace function private.settle_webhook(
  id uuid, attempt integer, response_code integer, error text, duration_ms integer
) returns void
language plpgsql volatile
security definer -- nobody holds a write grant on deliveries and endpoints
set search_path = ''
as $$
declare
  v_pauses interval[] := array[
    '5 seconds', '5 minutes', '30 minutes', '2 hours', '4 hours', '7 hours', '10 hours'
  ];
  v_is_delivered boolean := coalesce(settle_webhook.response_code between 200 and 299, false);
  v_endpoint public.webhook_endpoints;
begin
  -- The endpoint before its deliveries, as everybody locks them.
  select webhook_endpoints.* into v_endpoint
  from public.webhook_endpoints
  where webhook_endpoints.id = (
    select webhook_deliveries.endpoint_id from public.webhook_deliveries
    where webhook_deliveries.id = settle_webhook.id
  )
  for no key update;
  update public.webhook_deliveries
  set status = case
      when v_is_delivered then 'delivered'
      when settle_webhook.attempt > cardinality(v_pauses) then 'failed'
      else 'pending'
    end,
    attempts = settle_webhook.attempt,
    -- A little later than that, so that what failed together does not come back together.
    next_attempt_at = now() + coalesce(v_pauses[settle_webhook.attempt] * (1 + 0.1 * random()), interval '0'),
    leased_until = null,
    response_code = settle_webhook.response_code,
    error = case when not v_is_delivered then coalesce(settle_webhook.error, 'answered_not_2xx') end,
    duration_ms = settle_webhook.duration_ms,
    delivered_at = case when v_is_delivered then now() end
  -- A worker that was slow reports on a try that another one has made anew meanwhile: only what arrived counts then.
  where webhook_deliveries.id = settle_webhook.id
    and webhook_deliveries.status = 'pending'
    and (v_is_delivered or webhook_deliveries.attempts = settle_webhook.attempt - 1);
  if not found then
    return;
  end if;
  if v_is_delivered then
    update public.webhook_endpoints
    set failing_since = null
    where webhook_endpoints.id = v_endpoint.id and webhook_endpoints.failing_since is not null;
  elsif v_endpoint.failing_since is null then
    update public.webhook_endpoints set failing_since = now() where webhook_endpoints.id = v_endpoint.id;
  elsif v_endpoint.failing_since <= now() - interval '3 days' and v_endpoint.disabled_at is null then
    perform private.disable_webhook_endpoint(v_endpoint.id, 'failing');
    perform private.tell_webhook_disabled(v_endpoint);
  end if;
end;
$$;
comment on function private.settle_webhook(uuid, integer, integer, text, integer) is 'See public.settle_webhook.';
grant execute on function private.settle_webhook(uuid, integer, integer, text, integer) to service_role;

create or replace function public.settle_webhook(
  id uuid, attempt integer, response_code integer, error text, duration_ms integer
) returns void
language sql volatile security invoker
set search_path = ''
as $$
  select private.settle_webhook(
    settle_webhook.id, settle_webhook.attempt, settle_webhook.response_code, settle_webhook.error,
    settle_webhook.duration_ms
  );
$$;
comment on function public.settle_webhook(uuid, integer, integer, text, integer) is
  'Service only. What came of a try: 2xx is delivered, anything else (response_code null: no answer, error says why) '
  'is tried again after a growing pause, eight times within a day. Repeating it changes nothing.';
grant execute on function public.settle_webhook(uuid, integer, integer, text, integer) to service_role;
