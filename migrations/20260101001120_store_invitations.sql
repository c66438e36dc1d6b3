-- An invitation proves itself by a token in the link that is sent. The token is not stored: it is an HMAC of the
-- invitation's id, so reading this table (or a backup of it without the key) lets nobody in.
create table private.signing_keys (
  name text primary key,
  key bytea not null,
  created_at timestamptz not null default now(),
  constraint signing_keys_key_check check (length(key) >= 32)
);
alter table private.signing_keys enable row level security;
comment on table private.signing_keys is
  'Keys that only functions of this schema read, drawn at random when the database is made. Replacing one voids '
  'the tokens made with it.';
insert into private.signing_keys (name, key) values ('store_invitations', extensions.gen_random_bytes(32));

create table public.store_invitations (
  id uuid primary key default private.uuid_v7(),
  store_id uuid not null references public.stores (id) on delete cascade,
  phone text,
  email text,
  role text not null,
  invited_by uuid references auth.users (id) on delete set null,
  expires_at timestamptz not null default now() + interval '7 days',
  accepted_at timestamptz,
  accepted_by uuid references auth.users (id) on delete set null,
  created_at timestamptz not null default now(),
  constraint store_invitations_reach_one_address check (num_nonnulls(phone, email) = 1),
  constraint store_invitations_phone_check check (private.is_phone(phone)),
  constraint store_invitations_email_check check (private.is_email(email) and email = lower(email)),
  constraint store_invitations_role_check check (role in ('manager', 'staff'))
);
create unique index store_invitations_one_open_per_phone on public.store_invitations (store_id, phone)
  where accepted_at is null and phone is not null;
create unique index store_invitations_one_open_per_email on public.store_invitations (store_id, email)
  where accepted_at is null and email is not null;
create index store_invitations_store_id_idx on public.store_invitations (store_id, created_at);
create index store_invitations_invited_by_idx on public.store_invitations (invited_by);
create index store_invitations_accepted_by_idx on public.store_invitations (accepted_by);
alter table public.store_invitations enable row level security;
grant select, delete on public.store_invitations to authenticated;
grant select on public.store_invitations to service_role;
-- Insert and update are not granted: invite_member makes one and accept_invitation uses it up. Deleting withdraws it.
comment on table public.store_invitations is
  'Open and accepted invitations to work for a store; visible to its owner and managers, who may withdraw them.';
