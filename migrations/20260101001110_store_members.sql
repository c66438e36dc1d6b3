-- Who works for a store. Owner: everything. Manager: catalog, prices, discounts, settings, staff. Staff: orders and
-- stock.
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
