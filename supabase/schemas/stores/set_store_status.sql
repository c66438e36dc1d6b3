-- An operator approves, suspends or reopens a store. Its products appear and disappear with it, in the same
-- transaction.
create or replace function private.set_store_status(store_id uuid, status text, reason text) returns public.stores
language plpgsql volatile
security definer -- clients hold no write grant on status
set search_path = ''
as $$
declare
  v_store public.stores;
  v_before text;
  v_reason text;
begin
  perform private.require_operator();
  v_reason := private.give_reason(set_store_status.reason);
  if set_store_status.status is null or set_store_status.status not in ('pending', 'active', 'suspended', 'closed') then
    raise sqlstate 'PT422' using
      message = 'A store is pending, active, suspended or closed.', detail = 'invalid_status';
  end if;
  select stores.status into v_before from public.stores where stores.id = set_store_status.store_id for no key update;
  if not found then
    raise sqlstate 'PT404' using
      message = 'That store does not exist.', detail = 'store_not_found';
  end if;
  update public.stores
  set status = set_store_status.status
  where stores.id = set_store_status.store_id
  returning * into v_store;
  if v_before <> v_store.status then
    insert into public.notifications (user_id, kind, title, body, data)
    select
      store_members.user_id, 'store_' || v_store.status,
      format(
        case v_store.status
          when 'active' then case
            when v_store.is_open then '%s is open to customers'
            else '%s was approved by the marketplace; it takes orders once you open it'
          end
          when 'suspended' then '%s was suspended by the marketplace'
          when 'closed' then '%s was closed by the marketplace'
          else '%s waits for approval'
        end,
        v_store.name
      ),
      v_reason,
      jsonb_build_object('store_id', v_store.id, 'status', v_store.status)
    from public.store_members
    where store_members.store_id = v_store.id and store_members.role in ('owner', 'manager');
  end if;
  return v_store;
end;
$$;
comment on function private.set_store_status(uuid, text, text) is 'See public.set_store_status.';
grant execute on function private.set_store_status(uuid, text, text) to anon, authenticated, service_role;

create or replace function public.set_store_status(
  store_id uuid, status text, reason text default null
) returns public.stores
language sql volatile security invoker
set search_path = ''
set statement_timeout = '2min' -- writes every product it touches; PostgREST gives the request this long
as $$
  select * from private.set_store_status(
    set_store_status.store_id, set_store_status.status, set_store_status.reason
  );
$$;
comment on function public.set_store_status(uuid, text, text) is
  'Approves (active), suspends or closes a store; for operators. Its owner and managers are told, with '
  'the reason, which the audit log keeps. Errors: not_signed_in, account_required, session_revoked, '
  'platform_admin_required, invalid_status, invalid_reason, store_not_found.';
grant execute on function public.set_store_status(uuid, text, text) to anon, authenticated, service_role;
