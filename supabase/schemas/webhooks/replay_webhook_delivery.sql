-- A receiver that was down for longer than a day, or lost what it took, gets an event again.
create or replace function private.replay_webhook_delivery(delivery_id uuid) returns public.webhook_deliveries
language plpgsql volatile
security definer -- clients hold no update grant on deliveries
set search_path = ''
as $$
declare
  v_endpoint public.webhook_endpoints;
  v_delivery public.webhook_deliveries;
begin
  perform private.require_user_or_operator();
  select * into v_delivery
  from public.webhook_deliveries
  where webhook_deliveries.id = replay_webhook_delivery.delivery_id;
  if found then
    begin
      -- The endpoint before its deliveries, as everybody locks them.
      v_endpoint := private.lock_webhook_endpoint(v_delivery.endpoint_id);
    exception
      when sqlstate 'PT404' then
        v_endpoint := null;
    end;
  end if;
  select * into v_delivery
  from public.webhook_deliveries
  where webhook_deliveries.id = replay_webhook_delivery.delivery_id
    and webhook_deliveries.endpoint_id = v_endpoint.id
  for no key update;
  if not found then
    raise sqlstate 'PT404' using
      message = 'That delivery does not exist.', detail = 'webhook_delivery_not_found';
  end if;
  if v_endpoint.disabled_at is not null then
    raise sqlstate 'PT409' using
      message = 'This endpoint is switched off.', detail = 'webhook_endpoint_disabled',
      hint = 'Switch it on with update_webhook_endpoint first.';
  end if;
  if v_delivery.status <> 'pending' then
    update public.webhook_deliveries
    set status = 'pending', attempts = 0, next_attempt_at = now(), leased_until = null, delivered_at = null
    where webhook_deliveries.id = v_delivery.id
    returning * into v_delivery;
  end if;
  return v_delivery;
end;
$$;
comment on function private.replay_webhook_delivery(uuid) is 'See public.replay_webhook_delivery.';
grant execute on function private.replay_webhook_delivery(uuid) to anon, authenticated, service_role;

create or replace function public.replay_webhook_delivery(delivery_id uuid) returns public.webhook_deliveries
language sql volatile security invoker
set search_path = ''
as $$ select * from private.replay_webhook_delivery(replay_webhook_delivery.delivery_id); $$;
comment on function public.replay_webhook_delivery(uuid) is
  'Sends an event to an endpoint again, under the same id, with eight new tries; one that still waits is left alone. '
  'For owner and managers, and platform admins. Errors: not_signed_in, account_required, session_revoked, '
  'webhook_delivery_not_found, webhook_endpoint_disabled.';
grant execute on function public.replay_webhook_delivery(uuid) to anon, authenticated, service_role;
