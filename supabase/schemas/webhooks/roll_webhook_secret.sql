-- A secret that leaked, or is old, is replaced without an event being lost: for a day each delivery carries the
-- signatures of both.
create or replace function private.roll_webhook_secret(endpoint_id uuid) returns jsonb
language plpgsql volatile
security definer -- clients hold no update grant on endpoints
set search_path = ''
as $$
declare
  v_endpoint public.webhook_endpoints := private.lock_webhook_endpoint(roll_webhook_secret.endpoint_id);
begin
  update public.webhook_endpoints
  set secret_version = webhook_endpoints.secret_version + 1, old_secret_expires_at = now() + interval '1 day'
  where webhook_endpoints.id = v_endpoint.id
  returning * into v_endpoint;
  return jsonb_build_object(
    'id', v_endpoint.id,
    'secret', private.webhook_secret(v_endpoint.id, v_endpoint.secret_version),
    'old_secret_expires_at', v_endpoint.old_secret_expires_at
  );
end;
$$;
comment on function private.roll_webhook_secret(uuid) is 'See public.roll_webhook_secret.';
grant execute on function private.roll_webhook_secret(uuid) to anon, authenticated, service_role;

create or replace function public.roll_webhook_secret(endpoint_id uuid) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select private.roll_webhook_secret(roll_webhook_secret.endpoint_id); $$;
comment on function public.roll_webhook_secret(uuid) is
  'Gives an endpoint another secret, shown this once; for 24 hours deliveries are signed with the one before, too. '
  'Returns {id, secret, old_secret_expires_at}. For owner and managers, and platform admins. Errors: not_signed_in, '
  'account_required, session_revoked, webhook_endpoint_not_found.';
grant execute on function public.roll_webhook_secret(uuid) to anon, authenticated, service_role;
