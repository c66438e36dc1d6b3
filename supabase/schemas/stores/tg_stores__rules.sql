create or replace function private.tg_stores__rules() returns trigger
language plpgsql volatile
security definer -- looks at products the caller may not see
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' or new.time_zone <> old.time_zone then
    perform private.require_time_zone(new.time_zone);
  end if;
  if new.postal_code is null
    and (tg_op = 'INSERT' or old.postal_code is not null or new.country_code <> old.country_code)
    and (select countries.has_postal_code from public.countries where countries.code = new.country_code)
  then
    raise sqlstate 'PT422' using
      message = 'This country''s addresses need a postal code.', detail = 'postal_code_required';
  end if;
  return new;
end;
$$;
comment on function private.tg_stores__rules() is
  'Before a write of a store: refuses a time zone that does not exist, and an address without the postal code '
  'that its country has. Errors: invalid_time_zone, postal_code_required.';

create or replace trigger _500_rules
  before insert or update of time_zone, postal_code, country_code on public.stores
  for each row execute function private.tg_stores__rules();
