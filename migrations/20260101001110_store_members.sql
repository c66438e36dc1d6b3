-- Who works for a store. Owner: everything. Manager: catalog, prices, discounts, settings, staff. Staff: orders and stock.
create table public.store_members (
  store_id uuid not null references public.stores (id) on delete cascade,
  user_id uuid not null references auth.users (id) on delete cascade,
  role text not null,
  created_at timestamptz not null default now(),
  constraint store_members_pkey primary key (store_id, user_id),
  constraint store_members_role_check check (role in ('owner', 'manager', 'staff'))
);
create index store_members_user_id_idx on public.store_members (user_id, store_id);
create unique index store_members_one_owner_per_store on public.store_members (store_id) where role = 'owner';
alter table public.store_members enable row level security;
grant select on public.store_members to authenticated, service_role;
-- No write is granted: roles change through invite_member, accept_invitation, change_member_role, remove_member and
-- transfer_store, which check who may do what to whom.
comment on table public.store_members is 'People and their role in a store; visible to the members of that store.';

-- An owner is a member like the others, so that one look at this table answers who may do what.
alter table public.stores
  add constraint stores_id_owner_id_fkey foreign key (id, owner_id)
  references public.store_members (store_id, user_id) on delete restrict deferrable initially deferred;
create index stores_id_owner_id_idx on public.stores (id, owner_id);

-- What policies ask, once per statement: `array[store_id, <nil>] && (select private.my_scopes())`. One array for stores and
-- platform together, and no default argument, because a policy's subqueries are planned anew with most statements. plpgsql,
-- because it keeps the plan of its own query; an SQL function that cannot be inlined is planned by every call.
create function private.my_scopes() returns uuid[]
language plpgsql stable
security definer -- reads store_members without re-entering its own policy, and private.platform_admins
set search_path = ''
as $$
declare
  v_user_id constant uuid := auth.uid();
begin
  return array(
    select store_members.store_id
    from public.store_members
    where store_members.user_id = v_user_id
    union all
    select '00000000-0000-0000-0000-000000000000'
    from private.platform_admins
    where platform_admins.user_id = v_user_id
  );
end;
$$;
comment on function private.my_scopes() is
  'Where the caller has a say: the stores they work for and, for platform admins, the platform, which is the nil UUID.';
grant execute on function private.my_scopes() to anon, authenticated, service_role;

create function private.my_scopes(roles text[]) returns uuid[]
language plpgsql stable
security definer -- reads store_members without re-entering its own policy, and private.platform_admins
set search_path = ''
as $$
declare
  v_user_id constant uuid := auth.uid();
begin
  return array(
    select store_members.store_id
    from public.store_members
    where store_members.user_id = v_user_id
      and store_members.role = any (my_scopes.roles)
    union all
    select '00000000-0000-0000-0000-000000000000'
    from private.platform_admins
    where platform_admins.user_id = v_user_id
  );
end;
$$;
comment on function private.my_scopes(text[]) is
  'Where the caller has a say: the stores in which they have one of these roles and, for platform admins, the platform.';
grant execute on function private.my_scopes(text[]) to anon, authenticated, service_role;

create function private.require_store_role(store_id uuid, roles text[]) returns uuid
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
  'The signed-in user, provided they have one of these roles in the store. Errors: those of require_user, store_not_found, store_role_required.';
grant execute on function private.require_store_role(uuid, text[]) to anon, authenticated, service_role;
