-- When a store, or one of its staff, can be booked. Everything is wall-clock time in the store's time zone, so that a
-- change of the zone moves openings with the shop; instants are made from it only when somebody asks.

create table public.opening_hours (
  id uuid primary key default private.uuid_v7(),
  store_id uuid not null references public.stores (id) on delete restrict,
  staff_id uuid,
  weekday smallint not null,
  opens time not null,
  closes time not null,
  constraint opening_hours_staff_id_fkey foreign key (staff_id, store_id)
    references public.staff (id, store_id) on delete cascade,
  constraint opening_hours_weekday_check check (weekday between 1 and 7),
  constraint opening_hours_opens_check check (opens < '24:00'),
  -- Minutes of the day; up to closes the next day where it is not later. Openings of one weekday may touch, not
  -- overlap.
  constraint opening_hours_never_overlap exclude using gist (
    store_id with =,
    (coalesce(staff_id, '00000000-0000-0000-0000-000000000000'::uuid)) with =,
    weekday with =,
    (int4range(
      (extract(epoch from opens) / 60)::integer,
      (extract(epoch from closes) / 60)::integer + case when closes <= opens then 1440 else 0 end
    )) with &&
  )
);
create index opening_hours_store_id_idx on public.opening_hours (store_id, staff_id, weekday);
create index opening_hours_staff_id_idx on public.opening_hours (staff_id, store_id);
alter table public.opening_hours enable row level security;
grant select on public.opening_hours to anon, authenticated, service_role;
comment on table public.opening_hours is
  'The week: weekday 1 is Monday. closes <= opens ends the next day; 24:00 is midnight. staff_id null: the store''s; '
  'a staff member with rows of their own has only those.';

create table public.opening_exceptions (
  id uuid primary key default private.uuid_v7(),
  store_id uuid not null references public.stores (id) on delete restrict,
  staff_id uuid,
  on_date date not null,
  opens time,
  closes time,
  constraint opening_exceptions_staff_id_fkey foreign key (staff_id, store_id)
    references public.staff (id, store_id) on delete cascade,
  constraint opening_exceptions_on_date_check check (on_date between '2000-01-01' and '2200-01-01'),
  constraint opening_exceptions_opens_check check ((opens is null) = (closes is null) and opens < '24:00'),
  constraint opening_exceptions_never_overlap exclude using gist (
    store_id with =,
    (coalesce(staff_id, '00000000-0000-0000-0000-000000000000'::uuid)) with =,
    on_date with =,
    (case
      when opens is null then int4range(0, 2880)
      else int4range(
        (extract(epoch from opens) / 60)::integer,
        (extract(epoch from closes) / 60)::integer + case when closes <= opens then 1440 else 0 end
      )
    end) with &&
  )
);
create index opening_exceptions_store_id_idx on public.opening_exceptions (store_id, staff_id, on_date);
create index opening_exceptions_staff_id_idx on public.opening_exceptions (staff_id, store_id);
alter table public.opening_exceptions enable row level security;
grant select on public.opening_exceptions to anon, authenticated, service_role;
comment on table public.opening_exceptions is
  'Days that are unlike their weekday: these openings replace all weekly ones of that local date; a row without times '
  'is a closed day.';

create table public.closures (
  id uuid primary key default private.uuid_v7(),
  store_id uuid not null references public.stores (id) on delete restrict,
  staff_id uuid,
  -- What the clock on the wall shows, on purpose.
  -- squawk-ignore prefer-timestamp-tz
  starts_local timestamp not null,
  -- squawk-ignore prefer-timestamp-tz
  ends_local timestamp not null,
  note text,
  created_at timestamptz not null default now(),
  constraint closures_staff_id_fkey foreign key (staff_id, store_id)
    references public.staff (id, store_id) on delete cascade,
  constraint closures_period_check check (
    starts_local < ends_local and starts_local >= '2000-01-01' and ends_local <= '2200-01-01'
    and ends_local - starts_local <= interval '400 days'
  ),
  constraint closures_note_check check (private.is_line(note, 200))
);
create index closures_store_id_idx on public.closures (store_id, staff_id, starts_local);
create index closures_staff_id_idx on public.closures (staff_id, store_id);
alter table public.closures enable row level security;
grant select on public.closures to authenticated, service_role;
grant insert (store_id, staff_id, starts_local, ends_local, note) on public.closures to authenticated;
grant update (starts_local, ends_local, note) on public.closures to authenticated;
grant delete on public.closures to authenticated;
comment on table public.closures is
  'Holidays, lunch, a day off: from-to in the store''s wall-clock time; staff_id null closes the whole store. Takes '
  'away instants, whichever rule they came from. Bookings that exist stay.';
