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
comment on table public.addresses is
  'Addresses of a customer; visible to and written by that customer only. The first one becomes the default.';
comment on column public.addresses.country_code is 'ISO 3166-1 alpha-2; decides whether a postal code is required.';
comment on column public.addresses.is_default is
  'At most one per customer: setting it on one row takes it from the other. If one statement sets it on several '
  'rows, the first keeps it.';
comment on column public.addresses.phone is
  'E.164. May be written as people do, such as (202) 555-0121 in the US; empty means none.';
