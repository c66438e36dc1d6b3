-- Where money leaves, a stolen password is not enough.
create or replace function private.require_second_factor() returns void
language plpgsql stable
set search_path = ''
as $$
begin
  if coalesce(auth.jwt() ->> 'aal', '') <> 'aal2' then
    raise sqlstate 'PT403' using
      message = 'This needs your second factor.', detail = 'second_factor_required',
      hint = 'Enrol one and verify it in this session; the token then says aal2.';
  end if;
end;
$$;
comment on function private.require_second_factor() is
  'Refuses a session that was not confirmed with a second factor. Errors: second_factor_required.';
