-- Appointments. A session is the time of one staff member; bookings take seats in it. An ordinary appointment is a
-- session with one seat. That two sessions of one staff member never overlap is a constraint, so no bug of a verb can
-- double-book.

create table public.booking_sessions (
  id uuid primary key default private.uuid_v7(),
  store_id uuid not null references public.stores (id) on delete restrict,
  service_id uuid not null,
  staff_id uuid not null,
  period tstzrange not null,
  busy tstzrange not null,
  capacity integer not null,
  taken integer not null,
  status text not null,
  hold_expires_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint booking_sessions_service_id_fkey foreign key (store_id, service_id)
    references public.services (store_id, id) on delete restrict,
  constraint booking_sessions_staff_id_fkey foreign key (store_id, staff_id)
    references public.staff (store_id, id) on delete restrict,
  constraint booking_sessions_status_check check (status in ('held', 'active', 'released')),
  -- Held: somebody is paying, or was offered it. It ends at this instant, whether a job has run or not.
  constraint booking_sessions_hold_check check ((status = 'held') = (hold_expires_at is not null)),
  constraint booking_sessions_seats_check check (taken between 0 and capacity),
  -- The last bound lets a btree find everything that reaches into a window.
  constraint booking_sessions_period_check check (
    not isempty(period) and lower_inc(period) and not upper_inc(period)
    and isfinite(lower(period)) and isfinite(upper(period))
    and not isempty(busy) and lower_inc(busy) and not upper_inc(busy)
    and busy @> period and upper(busy) - lower(busy) <= interval '24 hours'
  ),
  constraint booking_sessions_never_overlap
    exclude using gist (staff_id with =, busy with &&) where (status in ('held', 'active'))
);
create index booking_sessions_held_idx on public.booking_sessions (staff_id, lower(busy)) where status = 'held';
create index booking_sessions_service_id_idx on public.booking_sessions (store_id, service_id, lower(period));
create index booking_sessions_staff_id_idx on public.booking_sessions (store_id, staff_id, lower(period));
alter table public.booking_sessions enable row level security;
grant select on public.booking_sessions to authenticated, service_role;
comment on table public.booking_sessions is
  'Time of one staff member, with buffers (busy), as it was booked. held: until hold_expires_at. released: nobody is '
  'in it any more.';

create table public.bookings (
  id uuid primary key default private.uuid_v7(),
  session_id uuid not null references public.booking_sessions (id) on delete restrict,
  store_id uuid not null references public.stores (id) on delete restrict,
  service_id uuid not null references public.services (id) on delete restrict,
  staff_id uuid not null references public.staff (id) on delete restrict,
  customer_id uuid references auth.users (id) on delete set null,
  checkout_id uuid references public.checkouts (id) on delete restrict,
  reference text not null,
  status text not null,
  party_size integer not null default 1,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  time_zone text not null,
  service_name text not null,
  staff_name text not null,
  currency text not null,
  price_amount bigint not null,
  deposit_amount bigint not null,
  paid_amount bigint not null default 0,
  refunding_amount bigint not null default 0,
  refunded_amount bigint not null default 0,
  due_amount bigint not null generated always as (
    case when status = 'held' then deposit_amount else 0 end
  ) stored,
  refund_amount bigint,
  cancel_minutes integer not null,
  cancel_fee_bps integer not null,
  cancel_free_until timestamptz not null,
  hold_expires_at timestamptz,
  decide_by timestamptz,
  blocks_until timestamptz generated always as (
    case
      when status in ('held', 'requested') then coalesce(hold_expires_at, decide_by)
      when status in ('confirmed', 'completed', 'no_show') then 'infinity'
    end
  ) stored,
  ics_sequence integer not null default 0,
  customer_name text,
  customer_phone text,
  customer_email text,
  note text,
  cancelled_by text,
  cancel_reason text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  confirmed_at timestamptz,
  cancelled_at timestamptz,
  completed_at timestamptz,
  constraint bookings_reference_key unique (reference),
  constraint bookings_status_check check (
    status in ('held', 'requested', 'confirmed', 'completed', 'no_show', 'cancelled', 'declined', 'expired')
  ),
  constraint bookings_party_size_check check (party_size between 1 and 500),
  constraint bookings_period_check check (starts_at < ends_at and isfinite(starts_at) and isfinite(ends_at)),
  constraint bookings_amounts_check check (deposit_amount between 0 and price_amount and paid_amount >= 0),
  constraint bookings_never_refund_more_than_was_paid_check check (
    refunding_amount >= 0 and refunded_amount >= 0 and refunding_amount + refunded_amount <= paid_amount
    and refund_amount between 0 and paid_amount
  ),
  constraint bookings_hold_check check ((status = 'held') = (hold_expires_at is not null)),
  constraint bookings_decide_by_check check ((status = 'requested') = (decide_by is not null)),
  constraint bookings_cancelled_by_check check (cancelled_by in ('customer', 'store', 'operator', 'system')),
  constraint bookings_note_check check (private.is_prose(note, 1000)),
  constraint bookings_cancel_reason_check check (private.is_prose(cancel_reason, 1000))
);
-- One payment awaited per customer and service: nobody holds a whole day by opening checkouts.
create unique index bookings_one_hold_key on public.bookings (customer_id, service_id) where status = 'held';
create unique index bookings_checkout_id_key on public.bookings (checkout_id);
create index bookings_session_id_idx on public.bookings (session_id);
create index bookings_blocks_until_idx on public.bookings (blocks_until) where status in ('held', 'requested');
create index bookings_store_id_idx on public.bookings (store_id, starts_at, id);
create index bookings_staff_id_idx on public.bookings (staff_id, starts_at, id);
create index bookings_service_id_idx on public.bookings (service_id, starts_at);
create index bookings_customer_id_idx on public.bookings (customer_id, starts_at, id);
alter table public.bookings enable row level security;
grant select on public.bookings to authenticated, service_role;
-- No write is granted: seats, money and telling move together, in the verbs.
comment on table public.bookings is
  'Appointments of customers. held: the payment is awaited; requested: the store decides; both block their time. '
  'Instants in UTC; time_zone is the store''s when it was booked, for display. Price and policy are frozen here.';
comment on column public.bookings.price_amount is
  'For the whole party, in minor units; deposit_amount of it is paid in advance.';
comment on column public.bookings.due_amount is 'What has to be paid now, before hold_expires_at, to keep the time.';
comment on column public.bookings.refund_amount is
  'What goes back of what was paid, decided by the policy when it ended; null while it stands.';
comment on column public.bookings.cancel_free_until is
  'Until when its customer cancels for nothing. A customer who moves it later than that does not win it back.';
comment on column public.bookings.blocks_until is
  'Until when it takes its seats: infinity once it is confirmed, null when it does not any more.';
comment on column public.bookings.paid_amount is 'What was captured for it, in minor units: deposit_amount, or 0.';
comment on column public.bookings.ics_sequence is
  'Version of the calendar event: grows with each move and the cancellation (RFC 5545 SEQUENCE).';

-- Derived, so that a month of many staff is found without reading every booking. Kept by the verbs, checked by
-- private.check_invariants().
create table private.staff_days (
  staff_id uuid not null references public.staff (id) on delete cascade,
  utc_day date not null,
  busy tstzmultirange not null default '{}',
  constraint staff_days_pkey primary key (staff_id, utc_day)
);
alter table private.staff_days enable row level security;
comment on table private.staff_days is
  'The row that is locked to book a staff member on a UTC day, and what of that day is busy for good (active '
  'sessions; holds are looked up, because they end by themselves).';

create table public.waiting_list (
  id uuid primary key default private.uuid_v7(),
  service_id uuid not null,
  store_id uuid not null,
  customer_id uuid not null references auth.users (id) on delete cascade,
  staff_id uuid,
  wanted tstzrange not null,
  party_size integer not null default 1,
  status text not null default 'waiting',
  offered_booking_id uuid references public.bookings (id) on delete set null,
  offer_expires_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint waiting_list_service_id_fkey foreign key (service_id, store_id)
    references public.services (id, store_id) on delete cascade,
  constraint waiting_list_staff_id_fkey foreign key (staff_id, store_id)
    references public.staff (id, store_id) on delete cascade,
  constraint waiting_list_status_check check (status in ('waiting', 'offered', 'taken', 'lapsed', 'left')),
  constraint waiting_list_offer_check check (
    (status = 'offered') = (offer_expires_at is not null) and (status <> 'offered' or offered_booking_id is not null)
  ),
  constraint waiting_list_wanted_check check (
    not isempty(wanted) and isfinite(lower(wanted)) and isfinite(upper(wanted))
      and upper(wanted) - lower(wanted) <= interval '62 days'
  ),
  constraint waiting_list_party_size_check check (party_size between 1 and 500)
);
create unique index waiting_list_offered_booking_id_key on public.waiting_list (offered_booking_id);
create unique index waiting_list_one_wish_key on public.waiting_list (customer_id, service_id)
  where status in ('waiting', 'offered');
create index waiting_list_service_id_idx on public.waiting_list (service_id, store_id, id) where status = 'waiting';
create index waiting_list_service_idx on public.waiting_list (service_id, store_id);
create index waiting_list_staff_id_idx on public.waiting_list (staff_id, store_id);
alter table public.waiting_list enable row level security;
grant select on public.waiting_list to authenticated, service_role;
comment on table public.waiting_list is
  'Who wants a time that is taken, in order. An offer is a held booking: it ends, and frees its time, as one that '
  'waits for its payment.';

-- What is offered, as a client reads it.
create type public.available_slot as (
  starts_at timestamptz,
  ends_at timestamptz,
  staff_id uuid,
  staff_name text,
  remaining integer,
  local_date date
);
comment on type public.available_slot is
  'A start that can be booked now. remaining: seats that are left. local_date: the day in the store''s time zone.';

create type public.available_day as (
  local_date date,
  slots integer
);
comment on type public.available_day is
  'A day of the store''s calendar on which something can be booked, and how many starts.';
