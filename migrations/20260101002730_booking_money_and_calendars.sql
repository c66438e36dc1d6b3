-- What an appointment needs around it: its refunds, its reminders, the calendars that show it, the links that open it.

-- A booking's refund names it, as an order's names the order.
alter table public.refunds
  add column booking_id uuid references public.bookings (id) on delete restrict;
create index refunds_booking_id_idx on public.refunds (booking_id);
comment on column public.refunds.booking_id is 'The appointment that the money was paid for; null for goods.';

-- A store's choice.
alter table public.stores
  add column reminder_hours smallint[] not null default '{24,2}',
  add constraint stores_reminder_hours_check check (
    cardinality(reminder_hours) <= 3 and array_position(reminder_hours, null) is null
    and 1 <= all (reminder_hours) and 336 >= all (reminder_hours)
  );
grant update (reminder_hours) on public.stores to authenticated;
comment on column public.stores.reminder_hours is
  'How many hours before an appointment its customer is reminded; {} is never. For bookings that are made or moved '
  'from now on.';

create table private.booking_reminders (
  booking_id uuid not null references public.bookings (id) on delete cascade,
  hours smallint not null,
  starts_at timestamptz not null,
  run_at timestamptz not null,
  constraint booking_reminders_pkey primary key (booking_id, hours)
);
create index booking_reminders_run_at_idx on private.booking_reminders (run_at);
alter table private.booking_reminders enable row level security;
comment on table private.booking_reminders is
  'Reminders that are to come. starts_at is what the booking said when it was put in: one that has moved since has '
  'rows of its own.';

-- Only a hash is kept: whoever reads this table opens no calendar.
create table private.calendar_feeds (
  staff_id uuid primary key references public.staff (id) on delete cascade,
  token_hash bytea not null,
  created_by uuid not null references auth.users (id) on delete cascade,
  created_at timestamptz not null default now(),
  constraint calendar_feeds_token_hash_key unique (token_hash)
);
create index calendar_feeds_created_by_idx on private.calendar_feeds (created_by);
alter table private.calendar_feeds enable row level security;
comment on table private.calendar_feeds is
  'The address by which a calendar program reads a staff member''s appointments: one each, replaced by the next.';

insert into private.signing_keys (name, key) values ('bookings', extensions.gen_random_bytes(32));

-- The search configuration is named, so that what is indexed is what is asked for.
create index services_words_idx on public.services using gin (
  (to_tsvector('public.marketplace'::regconfig, name || ' ' || description))
) where status = 'active';

create table private.freed_services (
  service_id uuid primary key references public.services (id) on delete cascade,
  created_at timestamptz not null default now()
);
alter table private.freed_services enable row level security;
comment on table private.freed_services is
  'Services for which somebody waits and a time may have become free: what the job offer-freed-times looks at.';
