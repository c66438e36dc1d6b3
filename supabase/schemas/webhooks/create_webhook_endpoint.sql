-- A store's people, or those who run the marketplace, have events sent to a program of theirs.
create or replace function private.create_webhook_endpoint(store_id uuid, url text, events text[]) returns jsonb
language plpgsql volatile
security definer -- clients hold no insert grant on endpoints
set search_path = ''
as $$
declare
  v_endpoint public.webhook_endpoints;
begin
  if create_webhook_endpoint.store_id is null then
    perform private.require_operator();
    -- Two at once are counted one after the other.
    perform pg_advisory_xact_lock(hashtextextended('webhook_endpoints', 0));
  else
    if not private.is_operator() then
      perform private.require_store_role(create_webhook_endpoint.store_id, array['owner', 'manager']);
    end if;
    perform from public.stores where stores.id = create_webhook_endpoint.store_id for no key update;
    if not found then
      raise sqlstate 'PT404' using
        message = 'That store does not exist.', detail = 'store_not_found';
    end if;
  end if;
  perform private.require_webhook_wish(create_webhook_endpoint.url, create_webhook_endpoint.events);
  if (
    select count(*) from public.webhook_endpoints
    where webhook_endpoints.store_id is not distinct from create_webhook_endpoint.store_id
  ) >= 10 then
    raise sqlstate 'PT422' using
      message = 'Ten webhook endpoints are enough.', detail = 'too_many_webhook_endpoints',
      hint = 'Delete one that is not used.';
  end if;
  insert into public.webhook_endpoints (store_id, url, events)
  values (
    create_webhook_endpoint.store_id, create_webhook_endpoint.url,
    array(select distinct wanted.type from unnest(create_webhook_endpoint.events) as wanted (type) order by 1)
  )
  returning * into v_endpoint;
  return jsonb_build_object(
    'id', v_endpoint.id, 'store_id', v_endpoint.store_id, 'url', v_endpoint.url, 'events', to_jsonb(v_endpoint.events),
    'secret', private.webhook_secret(v_endpoint.id, v_endpoint.secret_version)
  );
end;
$$;
comment on function private.create_webhook_endpoint(uuid, text, text[]) is 'See public.create_webhook_endpoint.';
grant execute on function private.create_webhook_endpoint(uuid, text, text[]) to anon, authenticated, service_role;

create or replace function public.create_webhook_endpoint(store_id uuid, url text, events text[]) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$
  select private.create_webhook_endpoint(
    create_webhook_endpoint.store_id, create_webhook_endpoint.url, create_webhook_endpoint.events
  );
$$;
comment on function public.create_webhook_endpoint(uuid, text, text[]) is
  'Sends a store''s events of these types to an https address from now on; store_id null: those of every store. '
  'Returns {id, store_id, url, events, secret}; the secret is shown this once. For owner and managers, and platform '
  'admins. Errors: not_signed_in, account_required, session_revoked, store_not_found, store_role_required, '
  'platform_admin_required, invalid_webhook_url, invalid_webhook_events, too_many_webhook_endpoints.';
grant execute on function public.create_webhook_endpoint(uuid, text, text[]) to anon, authenticated, service_role;
