-- The owner hands the store to a member and becomes a manager.
create or replace function private.transfer_store(store_id uuid, user_id uuid) returns public.stores
language plpgsql volatile
security definer -- clients hold no write grant on members or owner_id
set search_path = ''
as $$
declare
  v_user_id uuid := private.require_store_role(transfer_store.store_id, array['owner']);
  v_store public.stores;
begin
  perform from public.stores where stores.id = transfer_store.store_id for no key update;
  -- Somebody else may have been handed the store while we waited.
  perform private.require_store_role(transfer_store.store_id, array['owner']);
  if not exists (
    select
    from public.store_members
    where store_members.store_id = transfer_store.store_id
      and store_members.user_id = transfer_store.user_id
  ) then
    raise sqlstate 'PT404' using
      message = 'This person does not work for the store.', detail = 'member_not_found', hint = 'Invite them first.';
  end if;
  update public.store_members set role = 'manager'
  where store_members.store_id = transfer_store.store_id and store_members.user_id = v_user_id;
  update public.store_members set role = 'owner'
  where store_members.store_id = transfer_store.store_id and store_members.user_id = transfer_store.user_id;
  update public.stores set owner_id = transfer_store.user_id
  where stores.id = transfer_store.store_id
  returning * into v_store;
  return v_store;
end;
$$;
comment on function private.transfer_store(uuid, uuid) is 'See public.transfer_store.';
grant execute on function private.transfer_store(uuid, uuid) to anon, authenticated;

create or replace function public.transfer_store(store_id uuid, user_id uuid) returns public.stores
language sql volatile security invoker
set search_path = ''
as $$
  select * from private.transfer_store(transfer_store.store_id, transfer_store.user_id);
$$;
comment on function public.transfer_store(uuid, uuid) is
  'Makes a member the owner; the former owner stays as manager. '
  'Errors: not_signed_in, account_required, session_revoked, store_not_found, store_role_required, '
  'member_not_found.';
grant execute on function public.transfer_store(uuid, uuid) to anon, authenticated;
