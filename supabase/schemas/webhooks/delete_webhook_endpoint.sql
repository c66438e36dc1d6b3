-- An endpoint that is not used any more goes, and its log with it.
create or replace function private.delete_webhook_endpoint(endpoint_id uuid) returns void
language plpgsql volatile
security definer -- clients hold no delete grant on endpoints
set search_path = ''
as $$
declare
  v_endpoint public.webhook_endpoints := private.lock_webhook_endpoint(delete_webhook_endpoint.endpoint_id);
begin
  delete from public.webhook_endpoints where webhook_endpoints.id = v_endpoint.id;
end;
$$;
comment on function private.delete_webhook_endpoint(uuid) is 'See public.delete_webhook_endpoint.';
grant execute on function private.delete_webhook_endpoint(uuid) to anon, authenticated, service_role;

create or replace function public.delete_webhook_endpoint(endpoint_id uuid) returns void
language sql volatile security invoker
set search_path = ''
as $$ select private.delete_webhook_endpoint(delete_webhook_endpoint.endpoint_id); $$;
comment on function public.delete_webhook_endpoint(uuid) is
  'Removes an endpoint with its log; what is on its way may still arrive. For owner and managers, and platform '
  'admins. Errors: not_signed_in, account_required, session_revoked, webhook_endpoint_not_found.';
grant execute on function public.delete_webhook_endpoint(uuid) to anon, authenticated, service_role;
