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
  'The signed-in user; null for a person in Studio, who has no session to ask for. For verbs in which operators stand in for a store. Errors: those of require_user.';
