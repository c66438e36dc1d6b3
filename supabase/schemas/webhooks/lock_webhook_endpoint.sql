-- For verbs of one endpoint: it exists for whoever may see it.
create or replace function private.lock_webhook_endpoint(endpoint_id uuid) returns public.webhook_endpoints
language plpgsql volatile
security definer -- reads memberships; clients hold no update grant on endpoints
set search_path = ''
as $$
declare
  v_user_id uuid := private.require_user_or_operator();
  v_is_operator boolean := private.is_operator();
  v_endpoint public.webhook_endpoints;
begin
  select * into v_endpoint
  from public.webhook_endpoints
  where webhook_endpoints.id = lock_webhook_endpoint.endpoint_id
    and (
      v_is_operator
      or exists (
        select from public.store_members
        where store_members.store_id = webhook_endpoints.store_id
          and store_members.user_id = v_user_id
          and store_members.role in ('owner', 'manager')
      )
    )
  for no key update;
  if not found then
    raise sqlstate 'PT404' using
      message = 'That webhook endpoint does not exist.', detail = 'webhook_endpoint_not_found';
  end if;
  return v_endpoint;
end;
$$;
comment on function private.lock_webhook_endpoint(uuid) is
  'Locks and returns an endpoint of a store in which the caller is owner or manager; operators have all. '
  'Errors: those of require_user, webhook_endpoint_not_found.';
