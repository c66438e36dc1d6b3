-- For verbs that belong to those who run the marketplace: platform admins, services, people in Studio.
create or replace function private.require_operator() returns void
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
comment on function private.require_operator() is
  'Refuses everybody but operators. Errors: those of require_user, platform_admin_required.';
grant execute on function private.require_operator() to anon, authenticated, service_role;
