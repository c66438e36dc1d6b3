-- What somebody wants to be told otherwise than everybody is. That nobody switches off what is transactional holds by
-- the second foreign key: a row that switches something off refers to a kind that is not.
create table public.notification_preferences (
  user_id uuid not null references auth.users (id) on delete cascade,
  kind text not null references public.notification_kinds (kind) on delete cascade,
  medium text not null,
  is_enabled boolean not null,
  is_transactional boolean generated always as (case when is_enabled then null else false end) stored,
  updated_at timestamptz not null default now(),
  constraint notification_preferences_pkey primary key (user_id, kind, medium),
  constraint notification_preferences_medium_check check (medium in ('in_app', 'email', 'text', 'push')),
  constraint notification_preferences_kind_is_transactional_fkey foreign key (kind, is_transactional)
    references public.notification_kinds (kind, is_transactional) on delete cascade
);
create index notification_preferences_kind_idx on public.notification_preferences (kind, is_transactional);
alter table public.notification_preferences enable row level security;
grant select on public.notification_preferences to authenticated, service_role;
-- Nothing is written directly: set_notification_preference knows what a kind offers, unsubscribe who may say so.

comment on table public.notification_preferences is
  'How people want to be told of a kind, by medium. No row: as the kind says. Written by set_notification_preference '
  'and by the link in a letter.';
comment on column public.notification_preferences.medium is 'in_app, email, text or push.';
comment on column public.notification_preferences.is_transactional is
  'Only keeps transactional kinds from being switched off.';

-- When somebody does not want to be woken.
create table public.quiet_hours (
  user_id uuid primary key references auth.users (id) on delete cascade,
  time_zone text not null,
  starts time not null,
  ends time not null,
  updated_at timestamptz not null default now(),
  -- The whole day would mean never.
  constraint quiet_hours_starts_check check (starts < '24:00' and starts <> ends),
  constraint quiet_hours_ends_check check (ends < '24:00')
);
alter table public.quiet_hours enable row level security;
grant select, delete on public.quiet_hours to authenticated;
grant select on public.quiet_hours to service_role;
-- Written by set_quiet_hours, which knows the time zones.

comment on table public.quiet_hours is
  'Within them nothing is mailed, texted or pushed but what is transactional; it follows when they end.';
comment on column public.quiet_hours.time_zone is 'The IANA name of the zone whose clock starts and ends are read on.';
comment on column public.quiet_hours.ends is 'At or before starts: on the next day.';
