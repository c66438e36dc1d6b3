-- The owner makes a member manager or staff.
create or replace function private.change_member_role(
  store_id uuid,
  user_id uuid,
  role text
) returns public.store_members
language plpgsql volatile
security definer -- clients hold no write grant on members
set search_path = ''
as $$
declare
  v_member public.store_members;
begin
  perform private.require_store_role(change_member_role.store_id, array['owner']);
  if change_member_role.role is null or change_member_role.role not in ('manager', 'staff') then
    raise sqlstate 'PT422' using
      message = 'A member is manager or staff.', detail = 'invalid_role', hint = 'transfer_store makes another owner.';
  end if;
  -- Whoever changes members of this store queues here.
  perform from public.stores where stores.id = change_member_role.store_id for no key update;
  select * into v_member
  from public.store_members
  where store_members.store_id = change_member_role.store_id
    and store_members.user_id = change_member_role.user_id;
  if not found then
    raise sqlstate 'PT404' using
      message = 'This person does not work for the store.', detail = 'member_not_found';
  end if;
  if v_member.role = 'owner' then
    raise sqlstate 'PT409' using
      message = 'A store needs its owner.', detail = 'owner_required', hint = 'transfer_store makes another owner.';
  end if;
  update public.store_members
  set role = change_member_role.role
  where store_members.store_id = v_member.store_id
    and store_members.user_id = v_member.user_id
  returning * into v_member;
  return v_member;
end;
$$;
comment on function private.change_member_role(uuid, uuid, text) is 'See public.change_member_role.';
grant execute on function private.change_member_role(uuid, uuid, text) to anon, authenticated;

create or replace function public.change_member_role(
  store_id uuid,
  user_id uuid,
  role text
) returns public.store_members
language sql volatile security invoker
set search_path = ''
as $$
  select * from private.change_member_role(
    change_member_role.store_id, change_member_role.user_id, change_member_role.role
  );
$$;
comment on function public.change_member_role(uuid, uuid, text) is
  'Makes a member manager or staff; for the owner. '
  'Errors: not_signed_in, account_required, session_revoked, store_not_found, store_role_required, invalid_role, '
  'member_not_found, owner_required.';
grant execute on function public.change_member_role(uuid, uuid, text) to anon, authenticated;
