-- What no constraint can say of an address: whether its country has postal codes, how many a customer may have,
-- which one is the default (see tg_addresses__no_default_chosen).
create or replace function private.tg_addresses__rules() returns trigger
language plpgsql volatile
security definer -- counts and changes the customer's other rows whatever the caller's column grants are
set search_path = ''
as $$
begin
  if new.postal_code is null
    and (select countries.has_postal_code from public.countries where countries.code = new.country_code)
  then
    raise sqlstate 'PT422' using
      message = 'This country''s addresses need a postal code.', detail = 'postal_code_required';
  end if;

  -- Whoever adds an address of this customer, or makes one the default, waits here for the others; so limit and
  -- default hold.
  if tg_op = 'INSERT' or new.is_default > old.is_default then
    perform from public.profiles where profiles.id = new.user_id for no key update;
  end if;
  if tg_op = 'INSERT' then
    if (select count(*) from public.addresses where addresses.user_id = new.user_id) >= 50 then
      raise sqlstate 'PT422' using
        message = 'Fifty addresses are enough.', detail = 'too_many_addresses', hint = 'Delete one first.';
    end if;
    new.is_default := new.is_default
      or not exists (select from public.addresses where addresses.user_id = new.user_id and addresses.is_default);
  end if;

  if new.is_default then
    if position(new.user_id::text in current_setting('marketbase.chosen_default', true)) > 0 then
      new.is_default := false;
    else
      perform set_config(
        'marketbase.chosen_default', current_setting('marketbase.chosen_default', true) || ' ' || new.user_id, true
      );
    end if;
  end if;
  return new;
end;
$$;
comment on function private.tg_addresses__rules() is
  'Before a write of an address: requires a postal code where the country has them, chooses the default, and '
  'allows 50 addresses per customer. Errors: postal_code_required, too_many_addresses.';

create or replace trigger _500_rules
  before insert or update on public.addresses
  for each row execute function private.tg_addresses__rules();
