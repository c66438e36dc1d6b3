-- People type and paste addresses; they are cleaned before the constraints look at them.
create or replace function private.tg_addresses__tidy() returns trigger
language plpgsql volatile
security definer -- tidies whatever the caller's rights are
set search_path = ''
as $$
begin
  new.label := private.tidy_line(new.label);
  new.recipient_name := coalesce(private.tidy_line(new.recipient_name), '');
  new.line1 := coalesce(private.tidy_line(new.line1), '');
  new.line2 := private.tidy_line(new.line2);
  new.city := coalesce(private.tidy_line(new.city), '');
  new.region := private.tidy_line(new.region);
  new.postal_code := private.tidy_line(new.postal_code);
  new.country_code := upper(private.tidy_code(new.country_code));
  new.phone := private.tidy_phone(new.phone, new.country_code);
  if not private.is_phone(new.phone) then
    perform private.refuse_phone();
  end if;
  return new;
end;
$$;
comment on function private.tg_addresses__tidy() is
  'Before a write of an address: cleans what people type and paste. Errors: invalid_phone.';

create or replace trigger _400_tidy
  before insert or update on public.addresses
  for each row execute function private.tg_addresses__tidy();
