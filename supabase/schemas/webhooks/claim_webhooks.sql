-- Several workers may deliver at the same time, and any of them may die. A delivery that is handed out is leased for a
-- while: nobody else gets it, and it comes back by itself when its worker never reports. Each endpoint gets only a few
-- at a time, and one that fails a single one, so that a receiver that is slow, or down with thousands waiting, takes
-- nobody's turn: endpoints are walked through, however much waits for one of them.
create or replace function private.claim_webhooks(max_rows integer, lease_seconds integer)
returns table (
  id uuid, attempt integer, url text, secrets text[], event_id uuid, type text, occurred_at timestamptz, data jsonb
)
language plpgsql volatile
security definer -- nobody holds a write grant on deliveries
set search_path = ''
as $$
begin
  return query
  with recursive waiting (endpoint_id) as (
    (
      select webhook_deliveries.endpoint_id
      from public.webhook_deliveries
      where webhook_deliveries.status = 'pending'
      order by webhook_deliveries.endpoint_id
      limit 1
    )
    union all
    select following.endpoint_id
    from waiting
    cross join lateral (
      select webhook_deliveries.endpoint_id
      from public.webhook_deliveries
      where webhook_deliveries.status = 'pending' and webhook_deliveries.endpoint_id > waiting.endpoint_id
      order by webhook_deliveries.endpoint_id
      limit 1
    ) as following
  ),
  due as (
    select next_ones.id
    from waiting
    join public.webhook_endpoints on webhook_endpoints.id = waiting.endpoint_id
    cross join lateral (
      select webhook_deliveries.id, webhook_deliveries.next_attempt_at
      from public.webhook_deliveries
      where webhook_deliveries.endpoint_id = waiting.endpoint_id
        and webhook_deliveries.status = 'pending'
        and webhook_deliveries.next_attempt_at <= now()
        and (webhook_deliveries.leased_until is null or webhook_deliveries.leased_until <= now())
      order by webhook_deliveries.next_attempt_at
      limit greatest(
        0,
        case when webhook_endpoints.failing_since is null then 4 else 1 end - (
          select count(*)
          from public.webhook_deliveries as taken
          where taken.endpoint_id = waiting.endpoint_id and taken.status = 'pending' and taken.leased_until > now()
        )
      )
      for no key update skip locked
    ) as next_ones
    where webhook_endpoints.disabled_at is null
    order by next_ones.next_attempt_at
    limit least(greatest(claim_webhooks.max_rows, 1), 200)
  ),
  claimed as (
    update public.webhook_deliveries
    set leased_until = now() + make_interval(secs => least(greatest(claim_webhooks.lease_seconds, 1), 3600))
    from due
    where webhook_deliveries.id = due.id
    returning webhook_deliveries.*
  )
  select
    claimed.id,
    claimed.attempts + 1,
    webhook_endpoints.url,
    array[private.webhook_secret(webhook_endpoints.id, webhook_endpoints.secret_version)] || case
      when webhook_endpoints.old_secret_expires_at > now()
        then array[private.webhook_secret(webhook_endpoints.id, webhook_endpoints.secret_version - 1)]
      else '{}'
    end,
    webhook_events.id,
    webhook_events.type,
    webhook_events.created_at,
    webhook_events.data
  from claimed
  join public.webhook_endpoints on webhook_endpoints.id = claimed.endpoint_id
  join public.webhook_events on webhook_events.id = claimed.event_id
  order by claimed.next_attempt_at;
end;
$$;
comment on function private.claim_webhooks(integer, integer) is 'See public.claim_webhooks.';
grant execute on function private.claim_webhooks(integer, integer) to service_role;

create or replace function public.claim_webhooks(max_rows integer default 50, lease_seconds integer default 30)
returns table (
  id uuid, attempt integer, url text, secrets text[], event_id uuid, type text, occurred_at timestamptz, data jsonb
)
language sql volatile security invoker
set search_path = ''
as $$ select * from private.claim_webhooks(claim_webhooks.max_rows, claim_webhooks.lease_seconds); $$;
comment on function public.claim_webhooks(integer, integer) is
  'Service only. Takes due deliveries for lease_seconds, at most four of one endpoint at a time; a worker that dies '
  'gives them back by itself. secrets: the current one, then the one before while it is still signed with.';
grant execute on function public.claim_webhooks(integer, integer) to service_role;
