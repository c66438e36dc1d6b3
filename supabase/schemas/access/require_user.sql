-- Every verb that moves money, stock, status or capacity begins here: it needs a person with an account, in a
-- session that still exists.
create or replace function private.require_user() returns uuid
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

  -- A token outlives its session: after sign-out, a ban or a deletion it must not move money or stock any more.
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
  'The signed-in user, whose session still exists. Errors: not_signed_in, account_required, session_revoked.';
grant execute on function private.require_user() to anon, authenticated, service_role;
