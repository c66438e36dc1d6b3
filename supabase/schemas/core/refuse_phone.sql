create or replace function private.refuse_phone() returns void
language plpgsql stable
set search_path = ''
as $$
begin
  raise sqlstate 'PT422' using
    message = 'That is no phone number.', detail = 'invalid_phone',
    hint = 'phone: + and the country code, then the number, such as +1 202 555 0121; or leave it out.';
end;
$$;
comment on function private.refuse_phone() is 'Raises invalid_phone.';
