-- For verbs in which operators stand in for a store. Services and people in Studio have no session, so none is
-- asked of them.
create or replace function private.require_user_or_operator() returns uuid
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
  'The signed-in user; null for a service or a person in Studio. Errors: those of require_user.';
