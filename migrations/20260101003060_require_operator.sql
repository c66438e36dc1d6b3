-- Who runs the marketplace: a platform admin through the API, the service key, or a person in Studio (who is the database's
-- owner there and has no user id).
create function private.is_operator() returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
  return private.api_role() not in ('anon', 'authenticated', 'authenticator') or private.is_platform_admin();
end;
$$;
comment on function private.is_operator() is 'Whether the caller is a platform admin, a service or a person in Studio.';
grant execute on function private.is_operator() to anon, authenticated, service_role;

create function private.require_operator() returns void
language plpgsql stable
set search_path = ''
as $$
begin
  if private.api_role() in ('anon', 'authenticated', 'authenticator') then
    perform private.require_user();
    if not private.is_platform_admin() then
      raise sqlstate 'PT403' using
        message = 'Only those who run the marketplace may do that.', detail = 'platform_admin_required';
    end if;
  end if;
end;
$$;
comment on function private.require_operator() is 'Refuses everybody but operators. Errors: those of require_user, platform_admin_required.';
grant execute on function private.require_operator() to anon, authenticated, service_role;

create function private.require_user_or_operator() returns uuid
language plpgsql stable
set search_path = ''
as $$
begin
  if private.api_role() in ('anon', 'authenticated', 'authenticator') then
    return private.require_user();
  end if;
  return (select auth.uid());
end;
$$;
comment on function private.require_user_or_operator() is
  'The signed-in user; null for a person in Studio, who has no session to ask for. For verbs in which operators stand in for a store. Errors: those of require_user.';
