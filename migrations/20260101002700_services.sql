-- What can be booked: services, and the people, rooms and chairs that give them.

-- Whoever or whatever is busy while a service is given. Needs no account.
create table public.staff (
  id uuid primary key default private.uuid_v7(),
  store_id uuid not null references public.stores (id) on delete restrict,
  member_id uuid references auth.users (id) on delete set null,
  name text not null,
  is_active boolean not null default true,
  position integer not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- A session, a rule, a service name the store beside the staff member: both are then of one store.
  constraint staff_id_store_id_key unique (id, store_id),
  constraint staff_name_check check (private.is_line(name, 80)),
  constraint staff_position_check check (position between 0 and 1000)
);
create index staff_store_id_idx on public.staff (store_id, position, id);
create index staff_member_id_idx on public.staff (member_id);
alter table public.staff enable row level security;
grant select on public.staff to anon, authenticated, service_role;
-- No write is granted: save_staff looks after what is booked ahead.
comment on table public.staff is 'People, rooms and chairs that can be booked. Shown by name to visitors while active.';
comment on column public.staff.member_id is 'The account of this person, if they have one; it sees its own calendar.';

create table public.services (
  id uuid primary key default private.uuid_v7(),
  store_id uuid not null,
  name text not null,
  description text not null default '',
  category_id uuid references public.categories (id) on delete restrict,
  image_paths text[] not null default '{}',
  status text not null default 'draft',
  currency text not null,
  price_amount bigint not null default 0,
  deposit_amount bigint not null default 0,
  duration_minutes integer not null,
  buffer_before_minutes integer not null default 0,
  buffer_after_minutes integer not null default 0,
  slot_step_minutes integer,
  capacity integer not null default 1,
  party_max integer not null default 1,
  hold_minutes integer not null default 15,
  min_notice_minutes integer not null default 0,
  max_advance_days integer not null default 60,
  bookable_until date,
  max_per_day integer,
  cancel_minutes integer not null default 1440,
  cancel_fee_bps integer not null default 10000,
  needs_approval boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint services_store_id_currency_fkey foreign key (store_id, currency)
    references public.stores (id, currency) on update cascade on delete restrict,
  constraint services_id_store_id_key unique (id, store_id),
  constraint services_name_check check (private.is_line(name, 120)),
  constraint services_description_check check (private.is_prose(description, 4000)),
  constraint services_image_paths_check check (cardinality(image_paths) <= 10),
  constraint services_status_check check (status in ('draft', 'active', 'archived')),
  constraint services_amounts_check check (
    price_amount between 0 and 99999999 and deposit_amount between 0 and price_amount
    and price_amount % private.money_step(currency) = 0 and deposit_amount % private.money_step(currency) = 0
  ),
  constraint services_duration_minutes_check check (duration_minutes between 1 and 1440),
  constraint services_buffers_check check (
    buffer_before_minutes >= 0 and buffer_after_minutes >= 0
    and duration_minutes::bigint + buffer_before_minutes + buffer_after_minutes <= 1440
  ),
  constraint services_slot_step_minutes_check check (slot_step_minutes between 5 and 1440),
  constraint services_capacity_check check (capacity between 1 and 500 and party_max between 1 and capacity),
  constraint services_hold_minutes_check check (hold_minutes between 5 and 1440),
  constraint services_min_notice_minutes_check check (min_notice_minutes between 0 and 525600),
  constraint services_max_advance_days_check check (max_advance_days between 0 and 730),
  constraint services_bookable_until_check check (isfinite(bookable_until)),
  constraint services_max_per_day_check check (max_per_day between 1 and 1000),
  constraint services_cancel_minutes_check check (cancel_minutes between 0 and 525600),
  constraint services_cancel_fee_bps_check check (cancel_fee_bps between 0 and 10000)
);
create index services_store_id_idx on public.services (store_id, id);
create index services_category_id_idx on public.services (category_id, id);
create index services_currency_idx on public.services (store_id, currency);
alter table public.services enable row level security;
grant select on public.services to anon, authenticated, service_role;
-- No write is granted: save_service prices, checks and connects staff as one.
comment on table public.services is
  'Appointments that a store offers. Times in minutes, amounts in minor units of the store''s currency.';
comment on column public.services.price_amount is 'For one seat.';
comment on column public.services.deposit_amount is
  'For one seat. Paid when booking; the rest of price_amount on site. 0: nothing to pay in advance. Equal to the '
  'price: all of it.';
comment on column public.services.slot_step_minutes is
  'From one possible start to the next; null: duration and both buffers. Counted from the opening, in elapsed minutes.';
comment on column public.services.capacity is 'Seats of one session; 1 for an ordinary appointment.';
comment on column public.services.party_max is 'Seats that one booking may take.';
comment on column public.services.min_notice_minutes is 'A start may be booked up to so long before it, inclusive.';
comment on column public.services.max_advance_days is 'How many of the store''s calendar days ahead may be booked.';
comment on column public.services.max_per_day is
  'Bookings of this service per calendar day of the store; null: no limit.';
comment on column public.services.cancel_minutes is 'Until so long before the start a customer cancels for nothing.';
comment on column public.services.cancel_fee_bps is
  'What of the amount paid is kept when a customer cancels later than that; 10000 is all of it.';
comment on column public.services.needs_approval is
  'Whether the store decides each booking; until then it blocks its time.';

create table public.service_staff (
  service_id uuid not null,
  staff_id uuid not null,
  store_id uuid not null,
  position integer not null default 0,
  constraint service_staff_pkey primary key (service_id, staff_id),
  constraint service_staff_service_id_fkey foreign key (service_id, store_id)
    references public.services (id, store_id) on delete cascade,
  constraint service_staff_staff_id_fkey foreign key (staff_id, store_id)
    references public.staff (id, store_id) on delete cascade
);
create index service_staff_staff_id_idx on public.service_staff (staff_id, store_id);
create index service_staff_service_id_idx on public.service_staff (service_id, store_id);
alter table public.service_staff enable row level security;
grant select on public.service_staff to anon, authenticated, service_role;
comment on table public.service_staff is
  'Who gives which service, in the order in which "anybody" is chosen among the equally busy.';
