-- The owner gives the store up. Orders, links and the name behind them stay; an operator can open it again.
create or replace function private.close_store(store_id uuid) returns public.stores
language plpgsql volatile
security definer -- clients hold no write grant on status
set search_path = ''
as $$
declare
  v_store public.stores;
begin
  perform private.require_store_role(close_store.store_id, array['owner']);
  select * into strict v_store from public.stores where stores.id = close_store.store_id for no key update;
  if v_store.status = 'suspended' then
    raise sqlstate 'PT409' using
      message = 'A suspended store is in the hands of the marketplace.', detail = 'store_suspended';
  end if;
  update public.stores set status = 'closed' where stores.id = v_store.id returning * into v_store;
  return v_store;
end;
$$;
comment on function private.close_store(uuid) is 'See public.close_store.';
grant execute on function private.close_store(uuid) to anon, authenticated;

create or replace function public.close_store(store_id uuid) returns public.stores
language sql volatile security invoker
set search_path = ''
set statement_timeout = '2min' -- writes every product it touches; PostgREST gives the request this long
as $$
  select * from private.close_store(close_store.store_id);
$$;
comment on function public.close_store(uuid) is
  'Closes a store for good; for its owner. To shut the door for a while, set is_open to false. '
  'Errors: not_signed_in, account_required, session_revoked, store_not_found, store_role_required, '
  'store_suspended.';
grant execute on function public.close_store(uuid) to anon, authenticated;
