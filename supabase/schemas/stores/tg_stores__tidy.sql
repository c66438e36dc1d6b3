create or replace function private.tg_stores__tidy() returns trigger
language plpgsql volatile
security definer -- tidies whatever the caller's rights are
set search_path = ''
as $$
begin
  new.phone := private.tidy_phone(new.phone, new.country_code);
  if not private.is_phone(new.phone) then
    perform private.refuse_phone();
  end if;
  new.email := private.tidy_code(new.email);
  if not private.is_email(new.email) then
    raise sqlstate 'PT422' using
      message = 'That is no e-mail address.', detail = 'invalid_email';
  end if;
  return new;
end;
$$;
comment on function private.tg_stores__tidy() is
  'Before a write of a store''s phone or e-mail address: cleans what people type and paste. Errors: invalid_phone, '
  'invalid_email.';

create or replace trigger _400_tidy
  before insert or update of phone, email on public.stores
  for each row execute function private.tg_stores__tidy();
