-- Where a customer receives parcels. Orders copy the address they are sent to, so editing or deleting one here never
-- touches the past.
create table public.addresses (
  id uuid primary key default private.uuid_v7(),
  user_id uuid not null default auth.uid() references auth.users (id) on delete cascade,
  label text,
  recipient_name text not null,
  phone text,
  line1 text not null,
  line2 text,
  city text not null,
  region text,
  postal_code text,
  country_code text not null references public.countries (code) on delete restrict,
  is_default boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint addresses_label_check check (private.is_line(label, 40)),
  constraint addresses_recipient_name_check check (private.is_line(recipient_name, 120)),
  constraint addresses_phone_check check (private.is_phone(phone)),
  constraint addresses_line1_check check (private.is_line(line1, 120)),
  constraint addresses_line2_check check (private.is_line(line2, 120)),
  constraint addresses_city_check check (private.is_line(city, 80)),
  constraint addresses_region_check check (private.is_line(region, 80)),
  -- Longer ones would not even fit the index that the foreign key is looked up with.
  constraint addresses_country_code_check check (length(country_code) = 2),
  constraint addresses_postal_code_check check (postal_code ~ '^[A-Za-z0-9][A-Za-z0-9 -]{1,10}$'),
  -- Deferred, because the default passes from one row to another: see _900_one_default.
  constraint addresses_one_default_per_user exclude using btree (user_id with =) where (is_default)
    deferrable initially deferred
);
create index addresses_user_id_idx on public.addresses (user_id, created_at);
create index addresses_country_code_idx on public.addresses (country_code);
alter table public.addresses enable row level security;
grant select, delete on public.addresses to authenticated;
grant select on public.addresses to service_role;
grant insert (label, recipient_name, phone, line1, line2, city, region, postal_code, country_code, is_default)
  on public.addresses to authenticated;
grant update (label, recipient_name, phone, line1, line2, city, region, postal_code, country_code, is_default)
  on public.addresses to authenticated;
-- `user_id` is not granted: it is whoever writes the row.
comment on table public.addresses is 'Addresses of a customer; visible to and written by that customer only. The first one becomes the default.';
comment on column public.addresses.country_code is 'ISO 3166-1 alpha-2; decides whether a postal code is required.';
comment on column public.addresses.is_default is
  'At most one per customer; setting it on one row takes it from the other. Of several written at once the first one '
  'that is the default stays it.';
comment on column public.addresses.phone is
  'E.164. May be written as people do, such as (202) 555-0121 in the US; empty is none.';

create trigger _100_timestamps
  before update on public.addresses
  for each row execute function private.tg__timestamps();

create function private.tg_addresses__tidy() returns trigger
language plpgsql
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

create trigger _400_tidy
  before insert or update on public.addresses
  for each row execute function private.tg_addresses__tidy();

-- The default is passed on by three triggers: before the statement nobody has been chosen; each row that would be the default
-- is, unless another row of the same statement was chosen before it, so that what a statement answers is what it leaves; and
-- after the statement the former default steps back.
create function private.tg_addresses__no_default_chosen() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  perform set_config('marketbase.chosen_default', '', true);
  return null;
end;
$$;
comment on function private.tg_addresses__no_default_chosen() is
  'Before a statement on addresses: it has chosen no default yet.';

create trigger _100_no_default_chosen
  before insert or update on public.addresses
  for each statement execute function private.tg_addresses__no_default_chosen();

create function private.tg_addresses__one_default() returns trigger
language plpgsql volatile
security definer -- changes the customer's other rows whatever the caller's column grants are
set search_path = ''
as $$
begin
  -- Its own update calls it again, with nothing chosen.
  if not exists (select from written where written.is_default) then
    return null;
  end if;
  update public.addresses
  set is_default = false
  from written
  where written.is_default
    and addresses.user_id = written.user_id
    and addresses.id <> written.id
    and addresses.is_default;
  return null;
end;
$$;
comment on function private.tg_addresses__one_default() is
  'After a statement that chose a default: takes it from the former one.';

create trigger _900_one_default_insert
  after insert on public.addresses referencing new table as written
  for each statement execute function private.tg_addresses__one_default();

create trigger _900_one_default_update
  after update on public.addresses referencing new table as written
  for each statement execute function private.tg_addresses__one_default();

create function private.tg_addresses__rules() returns trigger
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

  -- Everyone who adds an address to this customer or passes the default on queues here, so limit and default are exact.
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
  'Requires a postal code where the country has them, keeps one default, bounds the number. Errors: postal_code_required, too_many_addresses.';

create trigger _500_rules
  before insert or update on public.addresses
  for each row execute function private.tg_addresses__rules();
