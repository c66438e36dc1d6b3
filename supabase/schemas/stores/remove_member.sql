-- A member leaves, or is removed. The right ends with the row: nothing is read from a token that was issued before.
create or replace function private.remove_member(store_id uuid, user_id uuid) returns void
language plpgsql volatile
security definer -- clients hold no write grant on members
set search_path = ''
as $$
declare
  v_user_id uuid := private.require_store_role(remove_member.store_id, array['owner', 'manager', 'staff']);
  v_role text;
begin
  perform from public.stores where stores.id = remove_member.store_id for no key update;
  select store_members.role into v_role
  from public.store_members
  where store_members.store_id = remove_member.store_id
    and store_members.user_id = remove_member.user_id;
  if not found then
    return;
  end if;
  if v_role = 'owner' then
    raise sqlstate 'PT409' using
      message = 'A store needs its owner.', detail = 'owner_required', hint = 'transfer_store makes another owner.';
  end if;
  if remove_member.user_id <> v_user_id then
    -- Managers part with staff, the owner with everybody.
    perform private.require_store_role(
      remove_member.store_id,
      case when v_role = 'staff' then array['owner', 'manager'] else array['owner'] end
    );
  end if;
  delete from public.store_members
  where store_members.store_id = remove_member.store_id
    and store_members.user_id = remove_member.user_id;
end;
$$;
comment on function private.remove_member(uuid, uuid) is 'See public.remove_member.';
grant execute on function private.remove_member(uuid, uuid) to anon, authenticated;

create or replace function public.remove_member(store_id uuid, user_id uuid) returns void
language sql volatile security invoker
set search_path = ''
as $$
  select private.remove_member(remove_member.store_id, remove_member.user_id);
$$;
comment on function public.remove_member(uuid, uuid) is
  'Ends a membership: your own, or as owner anybody''s, as manager that of staff. Somebody who is no member is no '
  'error. '
  'Errors: not_signed_in, account_required, session_revoked, store_not_found, store_role_required, '
  'owner_required.';
grant execute on function public.remove_member(uuid, uuid) to anon, authenticated;
