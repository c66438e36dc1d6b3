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
  constraint addresses_phone_check check (phone ~ '^\+[1-9][0-9]{6,14}$'),
  constraint addresses_line1_check check (private.is_line(line1, 120)),
  constraint addresses_line2_check check (private.is_line(line2, 120)),
  constraint addresses_city_check check (private.is_line(city, 80)),
  constraint addresses_region_check check (private.is_line(region, 80)),
  -- Longer ones would not even fit the index that the foreign key is looked up with.
  constraint addresses_country_code_check check (length(country_code) = 2),
  constraint addresses_postal_code_check check (postal_code ~ '^[A-Za-z0-9][A-Za-z0-9 -]{1,10}$')
);
create index addresses_user_id_idx on public.addresses (user_id, created_at);
create index addresses_country_code_idx on public.addresses (country_code);
create unique index addresses_one_default_per_user on public.addresses (user_id) where is_default;
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
comment on column public.addresses.is_default is 'At most one per customer; setting it on one row takes it from the other.';

create trigger _100_timestamps
  before update on public.addresses
  for each row execute function private.tg__timestamps();

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

  if tg_op = 'INSERT' then
    -- Everyone who adds an address to this customer queues here, so the limit and the default below are exact.
    perform from public.profiles where profiles.id = new.user_id for no key update;
    if (select count(*) from public.addresses where addresses.user_id = new.user_id) >= 50 then
      raise sqlstate 'PT422' using
        message = 'Fifty addresses are enough.', detail = 'too_many_addresses', hint = 'Delete one first.';
    end if;
    new.is_default := new.is_default
      or not exists (select from public.addresses where addresses.user_id = new.user_id and addresses.is_default);
  end if;

  if new.is_default and (tg_op = 'INSERT' or not old.is_default) then
    update public.addresses
    set is_default = false
    where addresses.user_id = new.user_id
      and addresses.id <> new.id
      and addresses.is_default;
  end if;
  return new;
end;
$$;
comment on function private.tg_addresses__rules() is
  'Requires a postal code where the country has them, keeps one default, bounds the number. Errors: postal_code_required, too_many_addresses.';

create trigger _500_rules
  before insert or update on public.addresses
  for each row execute function private.tg_addresses__rules();
