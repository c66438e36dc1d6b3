-- Who is calling. Rights come from tables, never from what a client can write about itself (user_metadata), and never from
-- a claim alone: a token stays valid until it expires, a row can be deleted now.
create table private.platform_admins (
  user_id uuid primary key references auth.users (id) on delete cascade,
  created_at timestamptz not null default now()
);
alter table private.platform_admins enable row level security;
comment on table private.platform_admins is
  'People who run the marketplace. Written in Studio or by a migration only; `app_metadata.platform_admin` mirrors it for frontends and decides nothing.';

create function private.tg_platform_admins__mirror() returns trigger
language plpgsql
security definer -- writes auth.users, which no client may
set search_path = ''
as $$
begin
  update auth.users
  set raw_app_meta_data = coalesce(users.raw_app_meta_data, '{}'::jsonb)
    || jsonb_build_object('platform_admin', tg_op = 'INSERT')
  where users.id = coalesce(new.user_id, old.user_id);
  return null;
end;
$$;
comment on function private.tg_platform_admins__mirror() is 'Shows the right in app_metadata, so that a frontend can offer the admin''s pages.';

create trigger _500_mirror
  after insert or delete on private.platform_admins
  for each row execute function private.tg_platform_admins__mirror();

-- plpgsql keeps its plan; an SQL function that cannot be inlined is planned by every statement that calls it.
create function private.is_platform_admin() returns boolean
language plpgsql stable
security definer -- reads private.platform_admins, which is granted to nobody
set search_path = ''
as $$
begin
  return exists (
    select from private.platform_admins
    where platform_admins.user_id = (select auth.uid())
  );
end;
$$;
comment on function private.is_platform_admin() is 'Whether the caller runs the marketplace. Takes no argument, so policies evaluate it once per statement.';
grant execute on function private.is_platform_admin() to anon, authenticated, service_role;

create function private.require_user() returns uuid
language plpgsql stable
security definer -- reads auth.sessions and auth.users, which no client may
set search_path = ''
as $$
declare
  v_claims jsonb := auth.jwt();
  v_user_id uuid := auth.uid();
  v_session_id uuid := nullif(v_claims ->> 'session_id', '')::uuid;
begin
  if v_user_id is null then
    raise sqlstate 'PT401' using
      message = 'Sign in first.', detail = 'not_signed_in';
  end if;
  if coalesce((v_claims ->> 'is_anonymous')::boolean, false) then
    raise sqlstate 'PT403' using
      message = 'An anonymous session cannot do this.', detail = 'account_required',
      hint = 'Link a phone number or an e-mail address to the account.';
  end if;

  -- The token may outlive the session: after sign-out, a ban or a deletion it must not move money or stock any more.
  perform from auth.users
  where users.id = v_user_id
    and (users.banned_until is null or users.banned_until <= now())
    and users.deleted_at is null
    and (
      v_session_id is null
      or exists (select from auth.sessions where sessions.id = v_session_id and sessions.user_id = v_user_id)
    );
  if not found then
    raise sqlstate 'PT401' using
      message = 'This session has ended.', detail = 'session_revoked', hint = 'Sign in again.';
  end if;
  return v_user_id;
end;
$$;
comment on function private.require_user() is
  'The signed-in user whose session still exists. Every verb that moves money, stock, status or capacity starts with it. Errors: not_signed_in, account_required, session_revoked.';
grant execute on function private.require_user() to anon, authenticated, service_role;
