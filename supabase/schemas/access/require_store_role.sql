-- For verbs of a store: the caller is signed in and has one of these roles there.
create or replace function private.require_store_role(store_id uuid, roles text[]) returns uuid
language plpgsql stable
security definer -- reads store_members and stores in any state
set search_path = ''
as $$
declare
  v_user_id uuid := private.require_user();
  v_role text;
begin
  select store_members.role into v_role
  from public.store_members
  where store_members.store_id = require_store_role.store_id
    and store_members.user_id = v_user_id;
  if v_role = any (require_store_role.roles) then
    return v_user_id;
  end if;
  -- A stranger learns nothing about a store that is not public.
  if v_role is null and not exists (
    select from public.stores
    where stores.id = require_store_role.store_id and stores.status = 'active'
  ) then
    raise sqlstate 'PT404' using
      message = 'That store does not exist.', detail = 'store_not_found';
  end if;
  raise sqlstate 'PT403' using
    message = 'Your role in this store does not allow that.', detail = 'store_role_required',
    hint = 'Needed: ' || array_to_string(require_store_role.roles, ' or ') || '.';
end;
$$;
comment on function private.require_store_role(uuid, text[]) is
  'The signed-in user, provided they have one of these roles in the store. '
  'Errors: those of require_user, store_not_found, store_role_required.';
grant execute on function private.require_store_role(uuid, text[]) to anon, authenticated, service_role;
