-- An operator approves, suspends or reopens a store. Its products appear and disappear with it, in the same transaction.
create function private.set_store_status(store_id uuid, status text) returns public.stores
language plpgsql volatile
security definer -- clients hold no write grant on status
set search_path = ''
as $$
declare
  v_store public.stores;
begin
  perform private.require_operator();
  if set_store_status.status is null or set_store_status.status not in ('pending', 'active', 'suspended', 'closed') then
    raise sqlstate 'PT422' using
      message = 'A store is pending, active, suspended or closed.', detail = 'invalid_status';
  end if;
  update public.stores
  set status = set_store_status.status
  where stores.id = set_store_status.store_id
  returning * into v_store;
  if not found then
    raise sqlstate 'PT404' using
      message = 'That store does not exist.', detail = 'store_not_found';
  end if;
  return v_store;
end;
$$;
comment on function private.set_store_status(uuid, text) is 'See public.set_store_status.';
grant execute on function private.set_store_status(uuid, text) to authenticated, service_role;

create function public.set_store_status(store_id uuid, status text) returns public.stores
language sql volatile security invoker
set search_path = ''
as $$
  select * from private.set_store_status(set_store_status.store_id, set_store_status.status);
$$;
comment on function public.set_store_status(uuid, text) is
  'Approves (active), suspends or closes a store; for operators. Errors: not_signed_in, account_required, session_revoked, platform_admin_required, invalid_status, store_not_found.';
grant execute on function public.set_store_status(uuid, text) to authenticated, service_role;
